//! The command line after the command's name: options with a value, flags, and plain names.

use crate::problem::Problem;

/// Parsed arguments; every one was among those that the command knows.
#[derive(Debug, Default)]
pub(crate) struct Args {
    values: Vec<(String, String)>,
    flags: Vec<String>,
    names: Vec<String>,
}

impl Args {
    /// Parses `--option value`, `--option=value`, `--flag` and names.
    pub(crate) fn parse(arguments: &[String], options: &[&str], flags: &[&str]) -> Result<Self, Problem> {
        let mut parsed = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let (name, inline) = match argument.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (argument.as_str(), None),
            };
            if options.contains(&name) {
                let value = inline
                    .or_else(|| rest.next().cloned())
                    .ok_or_else(|| Problem::new(format!("{name} expects a value, found nothing")))?;
                parsed.values.push((name.to_owned(), value));
            } else if flags.contains(&argument.as_str()) {
                parsed.flags.push(argument.clone());
            } else if argument.starts_with('-') {
                return Err(Problem::new(format!("unknown option `{argument}`")).next("cargo xtask help"));
            } else {
                parsed.names.push(argument.clone());
            }
        }
        Ok(parsed)
    }

    pub(crate) fn value(&self, option: &str) -> Option<&str> {
        self.values.iter().rev().find(|(name, _)| name == option).map(|(_, value)| value.as_str())
    }

    pub(crate) fn flag(&self, flag: &str) -> bool {
        self.flags.iter().any(|name| name == flag)
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Refuses plain names, for commands that take none.
    pub(crate) fn no_names(&self) -> Result<(), Problem> {
        match self.names.first() {
            None => Ok(()),
            Some(name) => Err(Problem::new(format!("unexpected argument `{name}`")).next("cargo xtask help")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Args;

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn options_flags_and_names_are_told_apart() {
        let words = strings(&["--port", "9000", "--no-open", "native", "--dist=out"]);
        let args = Args::parse(&words, &["--port", "--dist"], &["--no-open"]).unwrap();
        assert_eq!(args.value("--port"), Some("9000"));
        assert_eq!(args.value("--dist"), Some("out"));
        assert!(args.flag("--no-open"));
        assert_eq!(args.names(), ["native"]);
        assert!(args.no_names().is_err());
    }

    #[test]
    fn unknown_options_and_missing_values_are_refused() {
        assert!(Args::parse(&strings(&["--prot", "1"]), &["--port"], &[]).is_err());
        assert!(Args::parse(&strings(&["--port"]), &["--port"], &[]).is_err());
        assert!(Args::parse(&strings(&["--no-open=1"]), &[], &["--no-open"]).is_err());
    }
}
