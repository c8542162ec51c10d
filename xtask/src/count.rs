//! Counting passed and failed tests in what test runners print.

/// Tests that passed, failed, and were not run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) ignored: u64,
}

impl Count {
    pub(crate) const ONE_PASSED: Self = Self { passed: 1, failed: 0, ignored: 0 };
    pub(crate) const ONE_FAILED: Self = Self { passed: 0, failed: 1, ignored: 0 };

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

/// Adds up every summary in the output of libtest, of wasm-bindgen's runner (the same form) and of Node's.
pub(crate) fn tests(output: &str) -> Count {
    let mut total = Count::default();
    for line in output.lines() {
        let line = without_colour(line);
        if let Some(summary) = line.trim().strip_prefix("test result: ") {
            total.add(libtest(summary));
        } else if let Some((what, number)) = node(&line) {
            match what {
                "pass" => total.passed += number,
                "fail" | "cancelled" => total.failed += number,
                "skipped" | "todo" => total.ignored += number,
                _ => {}
            }
        }
    }
    total
}

/// `ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.00s`
fn libtest(summary: &str) -> Count {
    let mut count = Count::default();
    for part in summary.split([';', '.']) {
        let mut words = part.split_whitespace();
        let (Some(number), Some(what), None) = (words.next(), words.next(), words.next()) else { continue };
        let Ok(number) = number.parse::<u64>() else { continue };
        match what {
            "passed" => count.passed += number,
            "failed" => count.failed += number,
            "ignored" => count.ignored += number,
            _ => {}
        }
    }
    count
}

/// `# pass 3` of the TAP reporter and `ℹ pass 3` of the spec reporter; indented ones are a subtest's.
fn node(line: &str) -> Option<(&str, u64)> {
    let mut words = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?.split_whitespace();
    let (what, number, end) = (words.next()?, words.next()?, words.next());
    if end.is_some() {
        return None;
    }
    Some((what, number.parse().ok()?))
}

fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        rest = after.find(|c: char| c.is_ascii_alphabetic()).map_or("", |end| &after[end + 1..]);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::{Count, tests};

    fn count(passed: u64, failed: u64, ignored: u64) -> Count {
        Count { passed, failed, ignored }
    }

    #[test]
    fn libtest_summaries_are_added() {
        let output = "running 3 tests\ntest a ... ok\n\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 1.20s\n\n\
            test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(tests(output), count(13, 2, 1));
    }

    #[test]
    fn coloured_summaries_count() {
        let output =
            "test result: \x1b[32mok\x1b[m. 4 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(tests(output), count(4, 0, 0));
    }

    #[test]
    fn nodes_reporters_count() {
        let tap = "TAP version 13\n# tests 7\n# suites 0\n# pass 4\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n# duration_ms 12.5\n";
        assert_eq!(tests(tap), count(4, 2, 1));
        let spec = "✔ opens (1ms)\nℹ tests 2\nℹ pass 2\nℹ fail 0\nℹ cancelled 0\nℹ skipped 0\nℹ todo 0\n";
        assert_eq!(tests(spec), count(2, 0, 0));
    }

    #[test]
    fn a_crash_counts_nothing() {
        assert_eq!(tests("error: could not compile\nthread 'x' panicked\n# passing 3 by\n"), count(0, 0, 0));
    }
}
