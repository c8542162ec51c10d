//! Messages under way, grouped by their way. Nobody follows more than a handful of marks: a way with
//! more than six shows one mark with their count.

use crate::order::sort_by_number;
use causeway::{
    session::view::{Cargo, Flow, MessageView},
    types::ChainId,
};

/// Most marks on one way.
pub(super) const MARKS_MAX: usize = 6;

/// Messages from one chain to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// Source.
    pub(super) from: ChainId,
    /// Destination.
    pub(super) to: ChainId,
    /// How many are under way.
    pub(super) count: u64,
    /// Each of them; the foremost only where there are too many.
    pub(super) marks: Vec<MarkInfo>,
}

/// A message's mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MarkInfo {
    pub(super) number: u64,
    pub(super) cargo: Cargo,
    pub(super) content: String,
    pub(super) stage: &'static str,
}

/// Groups the messages that are under way.
pub(super) fn group(messages: &[MessageView], flows: &[Flow]) -> Vec<Group> {
    let mut groups: Vec<Group> = flows
        .iter()
        .filter(|flow| flow.count > 0 && flow.from != flow.to)
        .map(|flow| Group { from: flow.from, to: flow.to, count: flow.count, marks: vec![] })
        .collect();
    let mut under_way: Vec<&MessageView> =
        messages.iter().filter(|message| !message.stage.is_last()).collect();
    sort_by_number(&mut under_way, |message| message.number);
    sort_by_number(&mut under_way, |message| u64::MAX - u64::from(message.progress_permille));
    for message in under_way {
        let Some(group) =
            groups.iter_mut().find(|group| group.from == message.from && group.to == message.to)
        else {
            continue;
        };
        let room = if group.count > MARKS_MAX as u64 { 1 } else { MARKS_MAX };
        if group.marks.len() < room {
            group.marks.push(MarkInfo {
                number: message.number,
                cargo: message.cargo,
                content: message.content.clone(),
                stage: message.stage.name(),
            });
        }
    }
    // The order of numbers keeps elements where they are while messages overtake each other.
    for group in &mut groups {
        sort_by_number(&mut group.marks, |mark| mark.number);
    }
    groups
}
