//! Has somebody send so many transfers a second on a chain.

use super::forms::{chain_of, chain_options, foot, whole_number};
use crate::{
    handle::use_handle,
    ui::UiAction,
    widgets::{Choice, Dialog, Field},
};
use causeway::{
    command::{Command, SetTraffic},
    session::view::{ChainView, Subject},
    types::ChainId,
};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct TrafficProps {
    pub(super) chains: Rc<Vec<ChainView>>,
    pub(super) chain: Option<ChainId>,
    pub(super) on_close: Callback<()>,
}

/// The dialog.
#[component]
pub(super) fn Traffic(props: &TrafficProps) -> Html {
    let handle = use_handle();
    let first = props.chains.first().map_or(ChainId::new(0), |chain| chain.id);
    let chain = use_state_eq(|| props.chain.unwrap_or(first));
    let per_second = use_state_eq(|| "10".to_owned());
    let complaint = use_state_eq(|| None::<String>);
    let on_chain = {
        let chain = chain.clone();
        Callback::from(move |value: String| chain.set(chain_of(&value)))
    };
    let on_input = {
        let per_second = per_second.clone();
        Callback::from(move |text: String| per_second.set(text))
    };
    let onsubmit = {
        let (chain, per_second, complaint) = (*chain, per_second.clone(), complaint.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let per_second = whole_number(&per_second).and_then(|number| {
                u32::try_from(number).map_err(|_| format!("expected a smaller number, found {number}"))
            });
            let per_second = match per_second {
                Ok(per_second) => per_second,
                Err(why) => return complaint.set(Some(format!("Transfers: {why}"))),
            };
            let (handle, complaint) = (handle.clone(), complaint.clone());
            let driver = handle.driver.clone();
            let command = Command::SetTraffic(SetTraffic { chain, per_second, from: None });
            driver.dispatch(command, move |outcome| match outcome {
                Ok(_) => {
                    handle.ui.dispatch(UiAction::Shut);
                    handle.inspect(Subject::Chain(chain));
                }
                Err(why) => complaint.set(Some(why)),
            });
        })
    };
    let options = chain_options(props.chains.iter().filter(|chain| chain.status != "removed"));
    html! {
        <Dialog title="Traffic on a chain" name="traffic" on_close={props.on_close.clone()}>
            <form {onsubmit} novalidate=true>
                <div class="dialog-body">
                    <p class="quiet-text">
                        { "From now on Judy sends so many transfers of one wei each second; none ends it. The inspector of the chain shows what waits." }
                    </p>
                    <div class="fields">
                        <Choice name="chain" label="Chain" {options} value={chain.to_string()} on_change={on_chain} />
                        <Field name="per-second" label="Transfers" unit="a second" value={(*per_second).clone()} {on_input} />
                    </div>
                </div>
                { foot(complaint.as_deref(), "Set", false) }
            </form>
        </Dialog>
    }
}
