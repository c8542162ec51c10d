//! Spawns a rollup: a preset to begin with, and every parameter to change.

use super::{
    forms::foot,
    spawn_fields::{Complaints, Draft, Entry, GROUPS, by_field},
};
use crate::{
    handle::use_handle,
    ui::UiAction,
    widgets::{Choice, Dialog, Field},
};
use causeway::{
    command::Command,
    rollup::{DataAvailability, RollupConfig, Settlement, presets},
    session::view::{ChainView, Subject},
    types::{ChainId, Span},
};
use std::{collections::BTreeMap, rc::Rc};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct SpawnProps {
    pub(super) chains: Rc<Vec<ChainView>>,
    pub(super) on_close: Callback<()>,
}

/// The dialog.
#[component]
pub(super) fn Spawn(props: &SpawnProps) -> Html {
    let handle = use_handle();
    let free = next_free(&props.chains);
    let draft = use_state_eq(|| from_preset(0, free));
    let preset = use_state_eq(|| "0".to_owned());
    let complaints = use_state_eq(Complaints::new);
    let busy = use_state_eq(|| false);
    let on_preset = {
        let (draft, preset, complaints) = (draft.clone(), preset.clone(), complaints.clone());
        Callback::from(move |value: String| {
            draft.set(from_preset(value.parse().unwrap_or(0), free));
            complaints.set(Complaints::new());
            preset.set(value);
        })
    };
    let taken: Vec<ChainId> = props.chains.iter().map(|chain| chain.id).collect();
    let onsubmit = {
        let (draft, complaints, busy) = (draft.clone(), complaints.clone(), busy.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let config = match draft.finish(&taken) {
                Ok(config) => config,
                Err(found) => return complaints.set(found),
            };
            busy.set(true);
            let (id, name) = (config.chain_id, config.name.clone());
            let (handle, complaints, busy) = (handle.clone(), complaints.clone(), busy.clone());
            let driver = handle.driver.clone();
            driver.dispatch(Command::SpawnRollup(Box::new(config)), move |outcome| match outcome {
                Ok(_) => {
                    handle.ui.dispatch(UiAction::Shut);
                    handle.inspect(Subject::Chain(id));
                    handle.say(format!("{name} is being deployed."), false);
                }
                Err(why) => {
                    busy.set(false);
                    complaints.set(Complaints::from([by_field(&why)]));
                }
            });
        })
    };
    let options = presets()
        .iter()
        .enumerate()
        .map(|(index, preset)| {
            (index.to_string(), format!("{} · as of {}", preset.config.name, preset.as_of))
        })
        .collect::<Vec<_>>();
    html! {
        <Dialog title="Spawn a rollup" name="spawn" on_close={props.on_close.clone()}>
            <form {onsubmit} novalidate=true>
                <div class="dialog-body">
                    <Choice name="preset" label="Begin with timings close to" {options} value={(*preset).clone()} on_change={on_preset} />
                    { for GROUPS.iter().map(|group| html! {
                        <fieldset>
                            <legend>{ group.title }</legend>
                            { choices(group.title, &draft) }
                            <div class="fields">
                                { for group.entries.iter().filter_map(|entry| entry_field(entry, &draft, &complaints)) }
                            </div>
                        </fieldset>
                    }) }
                </div>
                { foot(complaints.get("").map(String::as_str), "Spawn", *busy) }
            </form>
        </Dialog>
    }
}

fn entry_field(
    entry: &'static Entry,
    draft: &UseStateHandle<Draft>,
    complaints: &Complaints,
) -> Option<Html> {
    let text = draft.text(entry)?;
    let complaint = complaints.get(entry.name).cloned().map(AttrValue::from);
    let draft = draft.clone();
    let on_input = Callback::from(move |text: String| {
        let mut next = (*draft).clone();
        next.texts.insert(entry.name, text);
        draft.set(next);
    });
    let (name, label, unit) = (entry.name, entry.label, entry.unit);
    Some(html! { <Field key={name} {name} {label} {unit} value={text} {complaint} {on_input} /> })
}

/// The choices that decide which fields a group has.
fn choices(group: &str, draft: &UseStateHandle<Draft>) -> Html {
    let option = |value: &str, text: &str| (value.to_owned(), text.to_owned());
    let change = |apply: fn(&mut RollupConfig, &str)| {
        let draft = draft.clone();
        Callback::from(move |value: String| {
            let mut next = (*draft).clone();
            apply(&mut next.config, &value);
            draft.set(next);
        })
    };
    match group {
        "Settlement" => {
            let options = vec![
                option("optimistic", "optimistic: a claim stands unless challenged"),
                option("zk", "ZK: a claim stands once it is proven"),
            ];
            let value = draft.config.settlement.kind();
            html! { <Choice name="kind" label="Kind" {options} {value} on_change={change(set_kind)} /> }
        }
        "Data availability" => {
            let options = vec![
                option("blob", "blobs on L1"),
                option("calldata", "calldata on L1"),
                option("committee", "a committee"),
                option("external", "the operator"),
            ];
            let value = match draft.config.data_availability {
                DataAvailability::Blob => "blob",
                DataAvailability::Calldata => "calldata",
                DataAvailability::Committee { .. } => "committee",
                DataAvailability::External => "external",
            };
            html! { <Choice name="data" label="Batch data goes to" {options} {value} on_change={change(set_data)} /> }
        }
        _ => html! {},
    }
}

fn set_kind(config: &mut RollupConfig, kind: &str) {
    config.settlement = match kind {
        "zk" => Settlement::Zk {
            proving_delay: Span::hours(1),
            prover_gas_per_second: 0,
            execution_delay: Span::ZERO,
        },
        _ => RollupConfig::default().settlement,
    };
}

fn set_data(config: &mut RollupConfig, data: &str) {
    config.data_availability = match data {
        "calldata" => DataAvailability::Calldata,
        "committee" => DataAvailability::Committee { members: 7, threshold: 5, bytes_per_second: 0 },
        "external" => DataAvailability::External,
        _ => DataAvailability::Blob,
    };
}

fn from_preset(index: usize, free: ChainId) -> Draft {
    let mut config = presets().get(index).map(|preset| preset.config.clone()).unwrap_or_default();
    config.chain_id = free;
    Draft { config, texts: BTreeMap::new() }
}

/// The id after the highest that a chain here has.
fn next_free(chains: &[ChainView]) -> ChainId {
    let highest = chains.iter().map(|chain| chain.id.get()).max().unwrap_or(900);
    ChainId::new((highest + 1).min(ChainId::MAX))
}
