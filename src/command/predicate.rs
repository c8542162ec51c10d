//! Yes-or-no questions over queries: the language of expectations and of a lesson's completion.

use crate::command::{Answer, Query, QueryError};
use alloy_primitives::U256;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A statement about a world that is true or false.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Predicate {
    /// The answer to a query compares so.
    Query {
        /// The question.
        ask: Query,
        /// What its answer must be.
        is: Comparison,
    },
    /// The time between two stages of a labelled message lies within bounds, in milliseconds.
    Elapsed {
        /// The label of the message.
        label: String,
        /// The earlier stage.
        from: String,
        /// The later stage.
        to: String,
        /// How long it took, in milliseconds.
        is: Comparison,
    },
    /// Every one is true.
    All(Vec<Predicate>),
    /// At least one is true.
    Any(Vec<Predicate>),
    /// It is false.
    Not(Box<Predicate>),
}

/// How an answer must compare. Amounts and numbers compare by size, whether decimal or `0x…`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Comparison {
    /// The same.
    Equal(Answer),
    /// Anything else.
    NotEqual(Answer),
    /// This or more.
    AtLeast(Answer),
    /// This or less.
    AtMost(Answer),
    /// From the first to the second, both included.
    Between(Answer, Answer),
}

/// What became of a predicate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is true.
    Holds,
    /// It is false.
    Fails {
        /// What would have made it true.
        expected: String,
        /// What there was.
        found: String,
    },
}

impl Predicate {
    /// Evaluates the predicate; `read` answers queries.
    pub fn evaluate(
        &self,
        read: &mut impl FnMut(&Query) -> Result<Answer, QueryError>,
    ) -> Result<Verdict, QueryError> {
        match self {
            Self::Query { ask, is } => Ok(is.judge(&read(ask)?)),
            Self::Elapsed { label, from, to, is } => {
                let mut reached = |stage: &String| {
                    read(&Query::MessageReached { label: label.clone(), stage: stage.clone() })
                };
                let answer = match (reached(from)?, reached(to)?) {
                    (Answer::Number(from), Answer::Number(to)) => {
                        to.checked_sub(from).map_or(Answer::Nothing, Answer::Number)
                    }
                    _ => Answer::Nothing,
                };
                Ok(is.judge(&answer))
            }
            Self::All(parts) => {
                for part in parts {
                    let verdict = part.evaluate(read)?;
                    if verdict != Verdict::Holds {
                        return Ok(verdict);
                    }
                }
                Ok(Verdict::Holds)
            }
            Self::Any(parts) => {
                let mut last = Verdict::Fails { expected: "any of some".into(), found: "none given".into() };
                for part in parts {
                    last = part.evaluate(read)?;
                    if last == Verdict::Holds {
                        break;
                    }
                }
                Ok(last)
            }
            Self::Not(part) => Ok(match part.evaluate(read)? {
                Verdict::Holds => Verdict::Fails { expected: "it to be false".into(), found: "true".into() },
                Verdict::Fails { .. } => Verdict::Holds,
            }),
        }
    }
}

impl Comparison {
    /// Compares an answer.
    pub fn judge(&self, answer: &Answer) -> Verdict {
        let holds = match self {
            Self::Equal(want) => same(answer, want),
            Self::NotEqual(want) => !same(answer, want),
            Self::AtLeast(least) => at_most(least, answer),
            Self::AtMost(most) => at_most(answer, most),
            Self::Between(least, most) => at_most(least, answer) && at_most(answer, most),
        };
        if holds {
            return Verdict::Holds;
        }
        let expected = match self {
            Self::Equal(want) => want.to_string(),
            Self::NotEqual(want) => format!("anything but {want}"),
            Self::AtLeast(least) => format!("at least {least}"),
            Self::AtMost(most) => format!("at most {most}"),
            Self::Between(least, most) => format!("{least} to {most}"),
        };
        Verdict::Fails { expected, found: answer.to_string() }
    }
}

fn same(a: &Answer, b: &Answer) -> bool {
    match (size(a), size(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

fn at_most(a: &Answer, b: &Answer) -> bool {
    matches!((size(a), size(b)), (Some(a), Some(b)) if a <= b)
}

/// The answer as a number, if it is one.
fn size(answer: &Answer) -> Option<U256> {
    match answer {
        Answer::Number(number) => Some(U256::from(*number)),
        Answer::Text(text) => {
            let amount: crate::types::Amount = text.parse().ok()?;
            Some(amount.get())
        }
        Answer::Nothing => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn text(text: &str) -> Answer {
        Answer::Text(text.into())
    }

    #[test]
    fn comparisons_are_by_size_across_notations() {
        assert_eq!(Comparison::Equal(text("1 ether")).judge(&text("0xde0b6b3a7640000")), Verdict::Holds);
        assert_eq!(Comparison::AtLeast(Answer::Number(9)).judge(&text("0xa")), Verdict::Holds);
        assert!(matches!(Comparison::AtMost(Answer::Number(9)).judge(&text("0xa")), Verdict::Fails { .. }));
        let between = Comparison::Between(Answer::Number(1), Answer::Number(3));
        assert_eq!(between.judge(&Answer::Number(3)), Verdict::Holds);
        assert!(matches!(between.judge(&Answer::Nothing), Verdict::Fails { .. }));
        assert!(matches!(Comparison::NotEqual(text("0x1")).judge(&Answer::Number(1)), Verdict::Fails { .. }));
    }

    #[test]
    fn predicates_combine() {
        let mut read = |query: &Query| match query {
            Query::MessageReached { stage, .. } if stage == "sent" => Ok(Answer::Number(100)),
            Query::MessageReached { stage, .. } if stage == "delivered" => Ok(Answer::Number(250)),
            _ => Ok(Answer::Nothing),
        };
        let elapsed = |to: &str, most| Predicate::Elapsed {
            label: "m".into(),
            from: "sent".into(),
            to: to.into(),
            is: Comparison::AtMost(Answer::Number(most)),
        };
        let holds = |p: &Predicate, read: &mut _| p.evaluate(read) == Ok(Verdict::Holds);
        assert!(holds(&elapsed("delivered", 150), &mut read));
        assert!(!holds(&elapsed("delivered", 149), &mut read));
        assert!(!holds(&elapsed("never", 1_000), &mut read));
        assert!(holds(&Predicate::Not(Box::new(elapsed("never", 1_000))), &mut read));
        assert!(holds(&Predicate::Any(vec![elapsed("never", 1), elapsed("delivered", 150)]), &mut read));
        assert!(!holds(&Predicate::All(vec![elapsed("never", 1), elapsed("delivered", 150)]), &mut read));
        assert!(!holds(&Predicate::Any(vec![]), &mut read));
    }
}
