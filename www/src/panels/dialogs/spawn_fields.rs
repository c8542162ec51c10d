//! The fields of a rollup's parameters as a table: name, label, unit, how to read and write each.
//! Names are those by which the engine's own check complains.

use super::forms::whole_number;
use causeway::{
    rollup::{DataAvailability, RollupConfig, Settlement},
    sim::PerMillion,
    types::{ChainId, Span},
};
use std::collections::BTreeMap;

/// A field of a form.
pub(super) struct Entry {
    /// Name, as in the engine's complaints.
    pub(super) name: &'static str,
    /// What it is called.
    pub(super) label: &'static str,
    /// Its unit or form.
    pub(super) unit: &'static str,
    /// Reads it; none where these parameters do not have it.
    pub(super) get: fn(&RollupConfig) -> Option<String>,
    /// Writes it.
    pub(super) set: fn(&mut RollupConfig, &str) -> Result<(), String>,
}

/// A group of fields under a heading.
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) entries: &'static [Entry],
}

const DURATION: &str = "like 2s, 1h 30m, 7d";

fn span(text: &str) -> Result<Span, String> {
    text.parse().map_err(|error: causeway::types::SpanError| error.to_string())
}

macro_rules! span_entry {
    ($name:literal, $label:literal, $($path:ident).+) => {
        Entry {
            name: $name,
            label: $label,
            unit: DURATION,
            get: |config| Some(config.$($path).+.to_string()),
            set: |config, text| span(text).map(|span| config.$($path).+ = span),
        }
    };
}

macro_rules! number_entry {
    ($name:literal, $label:literal, $unit:literal, $field:ident) => {
        Entry {
            name: $name,
            label: $label,
            unit: $unit,
            get: |config| Some(config.$field.to_string()),
            set: |config, text| whole_number(text).map(|number| config.$field = number),
        }
    };
}

macro_rules! settlement_entry {
    ($name:literal, $label:literal, $kind:ident, $field:ident) => {
        Entry {
            name: $name,
            label: $label,
            unit: DURATION,
            get: |config| match &config.settlement {
                Settlement::$kind { $field, .. } => Some($field.to_string()),
                _ => None,
            },
            set: |config, text| {
                let span = span(text)?;
                if let Settlement::$kind { $field, .. } = &mut config.settlement {
                    *$field = span;
                }
                Ok(())
            },
        }
    };
}

/// Every field but the choices of kind and data availability.
pub(super) const GROUPS: &[Group] = &[
    Group {
        title: "Name",
        entries: &[
            Entry {
                name: "name",
                label: "Name",
                unit: "1 to 40 letters",
                get: |config| Some(config.name.clone()),
                set: |config, text| {
                    config.name = text.trim().to_owned();
                    Ok(())
                },
            },
            Entry {
                name: "chain_id",
                label: "Chain id",
                unit: "EIP-155",
                get: |config| Some(config.chain_id.to_string()),
                set: |config, text| whole_number(text).map(|id| config.chain_id = ChainId::new(id)),
            },
        ],
    },
    Group {
        title: "Settlement",
        entries: &[
            settlement_entry!(
                "settlement.optimistic.challenge_period",
                "Challenge period",
                Optimistic,
                challenge_period
            ),
            settlement_entry!("settlement.optimistic.game_clock", "Game clock", Optimistic, game_clock),
            settlement_entry!("settlement.optimistic.air_gap", "Air gap", Optimistic, air_gap),
            settlement_entry!("settlement.zk.proving_delay", "Proving delay (model)", Zk, proving_delay),
            settlement_entry!("settlement.zk.execution_delay", "Execution delay", Zk, execution_delay),
            Entry {
                name: "settlement.zk.prover_gas_per_second",
                label: "Prover speed (model)",
                unit: "gas per second, 0 for no limit",
                get: |config| match &config.settlement {
                    Settlement::Zk { prover_gas_per_second, .. } => Some(prover_gas_per_second.to_string()),
                    Settlement::Optimistic { .. } => None,
                },
                set: |config, text| {
                    let rate = whole_number(text)?;
                    if let Settlement::Zk { prover_gas_per_second, .. } = &mut config.settlement {
                        *prover_gas_per_second = rate;
                    }
                    Ok(())
                },
            },
            span_entry!("proposal_interval", "Between output roots", proposal_interval),
        ],
    },
    Group {
        title: "Blocks and batches",
        entries: &[
            span_entry!("block_time", "Block time", block_time),
            span_entry!("batch_cadence", "Batch cadence", batch_cadence),
            number_entry!("gas_limit", "Gas limit", "gas per block", gas_limit),
            number_entry!("batch_bytes_max", "Largest batch", "bytes", batch_bytes_max),
            number_entry!("l1_confirmations", "L1 confirmations", "slots", l1_confirmations),
        ],
    },
    Group {
        title: "Data availability",
        entries: &[
            Entry {
                name: "data_availability.committee.members",
                label: "Members",
                unit: "of the committee",
                get: |config| match config.data_availability {
                    DataAvailability::Committee { members, .. } => Some(members.to_string()),
                    _ => None,
                },
                set: |config, text| set_committee(config, text, true),
            },
            Entry {
                name: "data_availability.committee.threshold",
                label: "Threshold",
                unit: "members that must hold the data",
                get: |config| match config.data_availability {
                    DataAvailability::Committee { threshold, .. } => Some(threshold.to_string()),
                    _ => None,
                },
                set: |config, text| set_committee(config, text, false),
            },
            Entry {
                name: "data_availability.committee.bytes_per_second",
                label: "Bandwidth",
                unit: "bytes a second, 0: no limit",
                get: |config| match config.data_availability {
                    DataAvailability::Committee { bytes_per_second, .. } => {
                        Some(bytes_per_second.to_string())
                    }
                    _ => None,
                },
                set: |config, text| {
                    let rate = whole_number(text)?;
                    if let DataAvailability::Committee { bytes_per_second, .. } =
                        &mut config.data_availability
                    {
                        *bytes_per_second = rate;
                    }
                    Ok(())
                },
            },
        ],
    },
    Group {
        title: "Link to L1",
        entries: &[
            span_entry!("link.delay", "Delay", link.delay),
            span_entry!("link.jitter", "Jitter", link.jitter),
            Entry {
                name: "link.loss",
                label: "Loss",
                unit: "in a million",
                get: |config| Some(config.link.loss.get().to_string()),
                set: |config, text| {
                    let loss = whole_number(text)?;
                    let millionths = u32::try_from(loss).ok().filter(|loss| *loss <= PerMillion::ONE.get());
                    let millionths =
                        millionths.ok_or_else(|| format!("expected 0 to 1000000, found {loss}"))?;
                    config.link.loss = PerMillion::new(millionths);
                    Ok(())
                },
            },
        ],
    },
];

fn set_committee(config: &mut RollupConfig, text: &str, sets_members: bool) -> Result<(), String> {
    let number = whole_number(text)?;
    let number =
        u16::try_from(number).map_err(|_| format!("expected at most {}, found {number}", u16::MAX))?;
    if let DataAvailability::Committee { members, threshold, .. } = &mut config.data_availability {
        *(if sets_members { members } else { threshold }) = number;
    }
    Ok(())
}

/// Parameters in the making: what the choices say, and the texts that were typed over it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draft {
    pub(super) config: RollupConfig,
    pub(super) texts: BTreeMap<&'static str, String>,
}

/// What is wrong with a draft: a complaint by name of field; the empty name for all of it.
pub(super) type Complaints = BTreeMap<String, String>;

impl Draft {
    /// What a field shows: what was typed, or else what the parameters say.
    pub(super) fn text(&self, entry: &Entry) -> Option<String> {
        let current = (entry.get)(&self.config)?;
        Some(self.texts.get(entry.name).cloned().unwrap_or(current))
    }

    /// The parameters, or everything that is wrong with them.
    pub(super) fn finish(&self, taken: &[ChainId]) -> Result<RollupConfig, Complaints> {
        let mut config = self.config.clone();
        let mut complaints = Complaints::new();
        for entry in GROUPS.iter().flat_map(|group| group.entries) {
            let has_it = (entry.get)(&config).is_some();
            if let Some(text) = self.texts.get(entry.name).filter(|_| has_it)
                && let Err(complaint) = (entry.set)(&mut config, text)
            {
                complaints.insert(entry.name.to_owned(), complaint);
            }
        }
        if complaints.is_empty() {
            if let Err(error) = config.check() {
                let (name, words) = by_field(&error.to_string());
                complaints.insert(name, words);
            } else if taken.contains(&config.chain_id) {
                let words = format!("expected an id that is free, found {}, which is taken", config.chain_id);
                complaints.insert("chain_id".into(), words);
            }
        }
        if complaints.is_empty() { Ok(config) } else { Err(complaints) }
    }
}

/// Splits the engine's complaint `rollup.FIELD: words` in field and words; where no field of the
/// form has that name, the whole of it belongs to the form.
pub(super) fn by_field(complaint: &str) -> (String, String) {
    let known = |name: &str| GROUPS.iter().flat_map(|group| group.entries).any(|entry| entry.name == name);
    match complaint.split_once(": ") {
        Some((path, words)) => match path.split_once("rollup.") {
            Some((_, name)) if known(name) => (name.into(), words.into()),
            _ => (String::new(), complaint.into()),
        },
        None => (String::new(), complaint.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn draft(texts: &[(&'static str, &str)]) -> Draft {
        let texts = texts.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
        Draft { config: RollupConfig::default(), texts }
    }

    #[test]
    fn a_draft_that_is_not_touched_is_its_config() {
        for preset in causeway::rollup::presets() {
            let draft = Draft { config: preset.config.clone(), texts: BTreeMap::new() };
            let typed = GROUPS.iter().flat_map(|group| group.entries);
            let texts = typed.filter_map(|entry| Some((entry.name, (entry.get)(&preset.config)?))).collect();
            assert_eq!(draft.finish(&[]), Ok(preset.config.clone()));
            assert_eq!(Draft { texts, ..draft }.finish(&[]), Ok(preset.config));
        }
    }

    #[test]
    fn complaints_stand_at_their_field() {
        let complaint = |texts: &[(&'static str, &str)], taken: &[ChainId], field: &str| {
            let complaints = draft(texts).finish(taken).unwrap_err();
            assert!(complaints.contains_key(field), "{complaints:?}");
        };
        complaint(&[("block_time", "soon")], &[], "block_time");
        complaint(&[("block_time", "2h")], &[], "block_time");
        complaint(&[("gas_limit", "1")], &[], "gas_limit");
        complaint(&[("link.loss", "1000001")], &[], "link.loss");
        complaint(&[("name", "")], &[], "name");
        complaint(&[], &[ChainId::new(901)], "chain_id");
        complaint(&[("settlement.optimistic.air_gap", "400d")], &[], "settlement.optimistic.air_gap");
    }
}
