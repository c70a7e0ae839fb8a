//! What a change of a named part of the policy does, shown on one message.

use serde::Serialize;

use crate::classify::{Category, Classification, Level};
use crate::policy::model::PolicyFile;
use crate::policy::proof::inside;
use crate::policy::{Action, Content, Delivery, Pattern, Policy};
use crate::{Address, Recipient, Timestamp, Transaction};

/// A part of the policy that stands otherwise in the new one: a set of people, an agreement, a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// What it is: `group`, `list`, `partner`, `recipient set` or `sender`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What becomes of the messages that were tried.
    pub direction: Direction,
    /// One of them in words, a weaker one where there is any; `None` when none of them is treated otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
}

/// What becomes of messages under the new policy. A few of each kind are tried, so `same` is no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Some get weaker, some stronger.
    Both,
    /// None of those that were tried is treated otherwise.
    Same,
    /// Some get stronger, none weaker.
    Stronger,
    /// Some get weaker, none stronger.
    Weaker,
}

impl Direction {
    /// The name used in JSON and in words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Both => "both weaker and stronger",
            Self::Same => "no message that was tried is treated otherwise",
            Self::Stronger => "stronger",
            Self::Weaker => "weaker",
        }
    }

    fn of(has_weaker: bool, has_stronger: bool) -> Self {
        match (has_weaker, has_stronger) {
            (true, true) => Self::Both,
            (true, false) => Self::Weaker,
            (false, true) => Self::Stronger,
            (false, false) => Self::Same,
        }
    }
}

impl Part {
    /// What the change of the part of this kind and name does to the messages that concern it.
    pub(super) fn of(kind: &'static str, name: &str, old: &Policy, new: &Policy) -> Self {
        let tried: Vec<Tried> = [old, new]
            .into_iter()
            .flat_map(|policy| samples(kind, name, &policy.file))
            .flat_map(|sample| sample.compare(old, new))
            .collect();
        let of = |weaker: bool| tried.iter().find(|tried| tried.is_weaker == weaker);
        let shown = of(true).or_else(|| of(false));
        Self {
            kind,
            name: name.to_owned(),
            direction: Direction::of(of(true).is_some(), of(false).is_some()),
            example: shown.map(|tried| tried.words.clone()),
        }
    }

    /// The change in words, for [`Diff::changed`](super::Diff::changed).
    pub(super) fn words(&self) -> String {
        let (kind, name) = (self.kind, &self.name);
        let direction = self.direction.name();
        let example = self.example.as_ref().map(|example| format!(", for example {example}"));
        format!(
            "the {kind} `{name}` is described in another way: {direction}{}",
            example.unwrap_or_default()
        )
    }
}

/// A message that the new policy treats otherwise.
struct Tried {
    is_weaker: bool,
    words: String,
}

/// Somebody whom a part is about, on one side of a message or the other, or a list.
enum Sample<'a> {
    List(&'a str),
    Recipient(Address),
    Sender(Address),
}

fn samples<'a>(kind: &str, name: &str, file: &'a PolicyFile) -> Vec<Sample<'a>> {
    let of = |members: &'a std::collections::BTreeSet<Pattern>, make: fn(Address) -> Sample<'a>| {
        members
            .iter()
            .map(|pattern| make(inside(pattern, "somebody")))
            .collect()
    };
    let group = || {
        Some(of(
            &file.groups.iter().find(|group| group.name == name)?.members,
            Sample::Sender,
        ))
    };
    let sender = || {
        Some(of(
            &file.senders.iter().find(|sender| sender.name == name)?.members,
            Sample::Sender,
        ))
    };
    let set = || {
        Some(of(
            &file.recipients.iter().find(|set| set.name == name)?.members,
            Sample::Recipient,
        ))
    };
    let partner = || {
        let partner = file.partners.iter().find(|partner| partner.name == name)?;
        Some(of(&partner.members, Sample::Recipient))
    };
    let list = || Some(vec![Sample::List(&file.lists.iter().find(|list| list.id == name)?.id)]);
    let found: Option<Vec<Sample<'a>>> = match kind {
        "group" => group(),
        "list" => list(),
        "partner" => partner(),
        "recipient set" => set(),
        "sender" => sender(),
        _ => None,
    };
    found.unwrap_or_default()
}

impl Sample<'_> {
    /// A message without anything and one with PHI, where the two policies do not treat them alike.
    fn compare(&self, old: &Policy, new: &Policy) -> Vec<Tried> {
        let somebody = |word: &str| Address::parse(&format!("{word}@elsewhere.example")).ok();
        let (sender, recipient) = match self {
            Self::Recipient(address) => (somebody("sender"), Some(address.clone())),
            Self::Sender(address) => (Some(address.clone()), somebody("somebody")),
            Self::List(_) => (somebody("sender"), somebody("somebody")),
        };
        let recipient = recipient.and_then(|address| Recipient::new(address).ok());
        let (Some(sender), Some(recipient)) = (sender, recipient) else {
            return Vec::new();
        };
        let transaction = Transaction {
            sender,
            recipients: vec![recipient],
            ..Transaction::default()
        };
        [false, true]
            .into_iter()
            .filter_map(|is_phi| self.treated_otherwise(is_phi, &transaction, old, new))
            .collect()
    }

    fn treated_otherwise(&self, is_phi: bool, transaction: &Transaction, old: &Policy, new: &Policy) -> Option<Tried> {
        let list = match self {
            Self::List(id) => Some(*id),
            Self::Recipient(_) | Self::Sender(_) => None,
        };
        let decide = |policy: &Policy| {
            let context = policy.context(transaction, list, None);
            let message = content(is_phi, context.health_list || context.health_sender);
            policy
                .decide_by_known(&message, transaction, Timestamp::EPOCH)
                .into_iter()
                .next()
        };
        let (before, after) = (decide(old)?, decide(new)?);
        let is_weaker = is_weaker(&after, &before);
        if !is_weaker && !self::is_weaker(&before, &after) {
            return None;
        }
        let what = if is_phi { "mail with PHI" } else { "ordinary mail" };
        let (was, is) = (told(&before), told(&after));
        Some(Tried {
            is_weaker,
            words: match self {
                Self::List(id) => format!("{what} to the list {id} is {was} now, and would be {is}"),
                Self::Recipient(address) => format!("{what} to {address} is {was} now, and would be {is}"),
                Self::Sender(address) => format!("{what} of {address} is {was} now, and would be {is}"),
            },
        })
    }
}

/// Whether less is required, or what was sealed or kept leaves as it is.
fn is_weaker(delivery: &Delivery, than: &Delivery) -> bool {
    let leaves_open = |delivery: &Delivery| {
        delivery.action == Action::Send && delivery.method.is_some_and(|method| !method.is_sealed())
    };
    !delivery.requirement.covers(than.requirement) || (leaves_open(delivery) && !leaves_open(than))
}

/// What happens, as the end of a sentence.
fn told(delivery: &Delivery) -> String {
    match (delivery.action, delivery.way()) {
        (Action::Send, Some(way)) => format!("sent by {way}"),
        (Action::Send, None) => "sent".into(),
        (Action::Approve, _) => "kept until somebody approves".into(),
        (Action::Hold, _) => "held".into(),
        (Action::Return, _) => "given back".into(),
        (Action::Drop, _) => "dropped".into(),
    }
}

fn content(is_phi: bool, is_implied: bool) -> Content {
    let mut classification = Classification::default();
    if is_phi || is_implied {
        classification.level = Level::Sensitive;
        classification.categories = [Category::Phi, Category::PersonalIdentifier].into();
        classification.implied_phi = is_implied;
    }
    Content {
        classification,
        complete: true,
        subject_level: Level::None,
        ..Content::default()
    }
}
