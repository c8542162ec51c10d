//! Reading versions: of a locked crate, and out of what a program prints for `--version`.

/// The version of `krate` in the text of a Cargo.lock.
pub(crate) fn locked(lock: &str, krate: &str) -> Option<String> {
    let mut lines = lock.lines();
    let wanted = format!("name = \"{krate}\"");
    lines.find(|line| *line == wanted)?;
    let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

/// The first word of a `--version` line that starts with a digit, without what follows the numbers.
pub(crate) fn printed(line: &str) -> Option<String> {
    let word = line
        .split_whitespace()
        .map(|word| word.trim_start_matches('v'))
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let end = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
    Some(word[..end].to_owned())
}

/// The leading numbers of a version, for comparing: `1.96.0` is `[1, 96, 0]`.
pub(crate) fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::{locked, numbers, printed};

    #[test]
    fn a_locked_version_is_that_of_the_very_crate() {
        let lock = "[[package]]\nname = \"wasm-bindgen-test\"\nversion = \"0.3.80\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked(lock, "bindgen"), None);
    }

    #[test]
    fn printed_versions() {
        for (line, version) in [
            ("wasm-bindgen 0.2.130", "0.2.130"),
            ("trunk 0.21.14", "0.21.14"),
            ("Chromium 156.0.8078.79 built on Debian", "156.0.8078.79"),
            ("ChromeDriver 156.0.8078.79 (abc-refs)", "156.0.8078.79"),
            ("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)", "1.96.0"),
            ("v20.20.2", "20.20.2"),
            ("wasm-opt version 132 (version_132)", "132"),
            ("1.96.0+dfsg1-1~deb12u2", "1.96.0"),
        ] {
            assert_eq!(printed(line).as_deref(), Some(version), "{line}");
        }
        assert_eq!(printed("no version"), None);
    }

    #[test]
    fn versions_compare_by_number() {
        assert!(numbers("1.96.0") > numbers("1.95.9"));
        assert!(numbers("20.3") > numbers("9.99"));
    }
}
