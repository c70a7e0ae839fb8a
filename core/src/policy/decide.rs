//! From facts to a delivery.

use std::collections::{BTreeMap, BTreeSet};

use super::atom::Facts;
use super::choose::{Choice, Reach, choose};
use super::compile::{Raiser, Reached};
use super::content::Taken;
use super::edit::Editor;
use super::model::{Archive, Group, OnUnmet, Partner, Stream, WaiverRules};
use super::names::BUILT_IN_CATEGORIES;
use super::people::{Relation, is_internal, partners};
use super::reply::reply;
use super::satisfy::asked_of;
use super::vocabulary::{Unknown, Word};
use super::{
    AuditLevel, Content, Contract, Delivery, Dimension, Disposition, Edit, Method, Policy, Proven, Requirement, Why,
};
use crate::classify::Category;
use crate::consent::{
    AMBIGUOUS, ConsentGrant, Judgement, Preference, Profile, Question, Unapplied, Waiver, judge, printable,
};
use crate::evidence::{Evidence, EvidenceKind, Transport, capability, last_connections};
use crate::{Address, Recipient, Timestamp, Transaction};

/// Everything that is the same for every recipient of a message.
pub(super) struct Decider<'a> {
    policy: &'a Policy,
    content: &'a Content,
    taken: Taken,
    transaction: &'a Transaction,
    groups: BTreeSet<&'a str>,
    groups_of_bare: BTreeSet<&'a str>,
    bare: Option<Address>,
    /// The ids that several recipients' waivers share though they are not one record.
    ambiguous: BTreeSet<&'a str>,
    /// What the host named that the policy does not know; it counts as whatever raises most.
    unknown: Unknown,
    now: Timestamp,
}

/// A waiver that is used, and what it leads to.
struct Relief {
    grant: ConsentGrant,
    lowered: Requirement,
    choice: Choice,
}

impl<'a> Decider<'a> {
    pub(super) fn new(
        policy: &'a Policy,
        content: &'a Content,
        transaction: &'a Transaction,
        unknown: Unknown,
        now: Timestamp,
    ) -> Self {
        let bare = transaction.sender.bare();
        let of = |sender: &Address| -> BTreeSet<&'a str> {
            let holds = |group: &&Group| group.members.iter().any(|member| member.holds(sender));
            let groups = policy.file.groups.iter().filter(holds);
            groups.map(|group| group.name.as_str()).collect()
        };
        let given = transaction.groups.iter().map(String::as_str);
        let groups: BTreeSet<&str> = of(&transaction.sender).into_iter().chain(given).collect();
        let of_bare = bare.as_ref().map(of).unwrap_or_default();
        Self {
            policy,
            content,
            taken: taken(policy, content, &unknown),
            transaction,
            groups_of_bare: of_bare.difference(&groups).copied().collect(),
            groups,
            bare,
            ambiguous: ambiguous(&transaction.recipients),
            unknown,
            now,
        }
    }

    /// The answers for all recipients, in their order.
    pub(super) fn deliveries(&self) -> Vec<Delivery> {
        let recipients = self.transaction.recipients.iter().enumerate();
        recipients
            .map(|(place, recipient)| self.deliver(place, recipient))
            .collect()
    }

    /// The answer for one recipient, who stands in this place of the transaction, from 0.
    pub(super) fn deliver(&self, place: usize, recipient: &Recipient) -> Delivery {
        let recipient = &*self.unknown.trusted(place, recipient, self.now);
        let partners = partners(&self.policy.file, &recipient.address);
        let relation = Relation::of(&self.policy.file, recipient, &partners, self.now);
        let evidence = with_agreements(recipient, &partners);
        let reach = self.reach(recipient, &partners, &evidence);
        let facts = self.facts(recipient, &partners, &relation, &reach);
        let reached = self.policy.table.reach(&facts);
        let wishes = self.wishes(recipient);
        let wanted = wishes
            .iter()
            .fold(Requirement::NONE, |all, wish| all.join(wish.asks.requires()));
        let mut requirement = reached.requirement.join(wanted);
        let mut choice = choose(requirement, &reach);
        let (relief, unapplied_waivers) = if self.unknown.concerns(place) {
            (
                None,
                unapplied(recipient, "is not relied on beside a fact that is not known"),
            )
        } else {
            self.waive(recipient, &reached, wanted, &choice, &reach)
        };
        let mut grant = None;
        if let Some(relief) = relief {
            requirement = relief.lowered;
            choice = relief.choice;
            grant = Some(relief.grant);
        }
        let waiver = grant.as_ref().map(|grant| grant.waiver().to_owned());
        let edits = self.edit(&mut choice);
        let archive = self.archives(&choice, waiver.as_deref());
        let mut delivery = Delivery {
            recipient: recipient.address.clone(),
            action: choice.action,
            method: choice.method,
            reader: choice.reader(requirement),
            fallback: choice.fallback,
            requirement,
            why: self.explain(
                (&reached, self.by_known(&facts)),
                &relation,
                &wishes,
                waiver.as_deref(),
                requirement,
            ),
            rejected: choice.rejected,
            evidence: Proven::of(&reach.capability, self.now),
            transport: choice.transport,
            edits,
            archive,
            reply: None,
            waiver,
            waiver_review_due: grant.and_then(|grant| grant.overdue()),
            unapplied_waivers,
            instead: instead(&wishes),
        };
        delivery.reply = reply(&delivery, &self.policy.file);
        delivery
    }

    /// What is required, by the index and by trying every guard.
    #[cfg(test)]
    pub(super) fn reach_both_ways(&self, recipient: &Recipient) -> (Reached, Reached) {
        let partners = partners(&self.policy.file, &recipient.address);
        let relation = Relation::of(&self.policy.file, recipient, &partners, self.now);
        let evidence = with_agreements(recipient, &partners);
        let reach = self.reach(recipient, &partners, &evidence);
        let facts = self.facts(recipient, &partners, &relation, &reach);
        let table = &self.policy.table;
        (table.reach(&facts), table.reach_by_trying_all(&facts))
    }

    fn reach<'e>(&'e self, recipient: &Recipient, partners: &[&Partner], evidence: &'e [Evidence]) -> Reach<'e> {
        let file = &self.policy.file;
        let default_methods = || [Method::Tls, Method::Portal].into();
        Reach {
            methods: self.transaction.methods.clone().unwrap_or_else(default_methods),
            on_unmet: self.on_unmet(),
            keys: recipient.keys,
            reader: asked_of(recipient.authentication),
            capability: capability(evidence, self.now),
            connections: last_connections(evidence, self.now).collect(),
            enforces: self.transaction.enforces.unwrap_or(Transport::Encrypted),
            distrusted: file
                .distrusted_tls
                .iter()
                .any(|pattern| pattern.holds(&recipient.address)),
            match_names: partners
                .iter()
                .flat_map(|partner| partner.match_names.iter().cloned())
                .collect(),
            suites: &self.policy.suites,
            require_tls: self.transaction.require_tls,
        }
    }

    /// What happens when TLS is not enough. A stream that is not known may be one that allows TLS or nothing; the sender
    /// then gets the message back, since one that nobody is told of would be lost.
    fn on_unmet(&self) -> OnUnmet {
        let file = &self.policy.file;
        let of = |stream: &Stream| stream.on_unmet.or(file.on_unmet).unwrap_or_default();
        if self.unknown.words.contains(&Word::Stream) {
            let default = file.on_unmet.unwrap_or_default();
            let is_sealing = |on_unmet| on_unmet == OnUnmet::Portal;
            let all_seal = is_sealing(default) && file.streams.iter().map(of).all(is_sealing);
            return if all_seal { OnUnmet::Portal } else { OnUnmet::Return };
        }
        let mut streams = file.streams.iter();
        let own = streams.find(|stream| self.stream() == Some(stream.name.as_str()));
        own.map_or(file.on_unmet.unwrap_or_default(), of)
    }

    fn facts<'f>(
        &'f self,
        recipient: &Recipient,
        partners: &[&'f Partner],
        relation: &Relation,
        reach: &Reach<'_>,
    ) -> Facts<'f> {
        let sets = self.policy.file.recipients.iter();
        let sets = sets.filter(|set| set.members.iter().any(|member| member.holds(&recipient.address)));
        let partner_names = partners.iter().map(|partner| partner.name.as_str());
        let classification = &self.content.classification;
        Facts {
            anomalies: &self.content.anomalies,
            categories: &self.taken.categories,
            counts: &classification.counts,
            flags: &self.transaction.flags,
            implied_phi: classification.implied_phi,
            incomplete: !self.content.complete,
            level: self.taken.level,
            opaque: &self.content.opaque,
            require_tls: self.transaction.require_tls,
            subject_level: self.content.subject_level,
            triggers: &self.content.triggers,
            authentication: recipient.authentication.unwrap_or_default(),
            baa: relation.baa,
            keys: recipient.keys,
            party: relation.party,
            transport: reach.proved(),
            account: self.account(),
            groups: &self.groups,
            groups_of_bare: &self.groups_of_bare,
            internal: is_internal(&self.policy.file, &self.transaction.sender, recipient),
            purpose: self.purpose(),
            recipient_sets: sets.map(|set| set.name.as_str()).chain(partner_names).collect(),
            sender: &self.transaction.sender,
            bare: self.bare.as_ref(),
            stream: self.stream(),
            unknown: &self.unknown.words,
        }
    }

    fn account(&self) -> Option<&str> {
        let file = &self.policy.file;
        let given = self.transaction.account.as_deref();
        given
            .filter(|name| file.accounts.contains(*name))
            .or(file.defaults.account.as_deref())
    }

    fn purpose(&self) -> Option<&str> {
        let file = &self.policy.file;
        let given = self.transaction.purpose.as_deref();
        given
            .filter(|name| file.purposes.contains(*name))
            .or(file.defaults.purpose.as_deref())
    }

    fn stream(&self) -> Option<&str> {
        let file = &self.policy.file;
        let is_declared = |name: &&str| file.streams.iter().any(|stream| stream.name == *name);
        let given = self.transaction.stream.as_deref();
        given.filter(is_declared).or(file.defaults.stream.as_deref())
    }

    /// The recipient's wishes about such mail, by id.
    fn wishes<'r>(&self, recipient: &'r Recipient) -> Vec<&'r Preference> {
        if recipient.preferences.is_empty() {
            return Vec::new();
        }
        let is_about = |wish: &&Preference| self.is_about(wish, recipient);
        let mut wishes: Vec<&Preference> = recipient.preferences.iter().filter(is_about).collect();
        wishes.sort_by(|left, right| left.id.cmp(&right.id));
        wishes
    }

    /// What the message is said to be for, whether the policy knows it or not; else the policy's default.
    fn kind(&self) -> Option<&str> {
        let given = self.transaction.purpose.as_deref();
        given.or(self.policy.file.defaults.purpose.as_deref())
    }

    /// Whether the wish is about this message, or may be where its purpose, its account or the time is not known.
    fn is_about(&self, wish: &Preference, recipient: &Recipient) -> bool {
        let mut entities = self.entities();
        if self.unknown.words.contains(&Word::Account) {
            entities.extend(wish.entity.as_deref());
        }
        let is_open = self.unknown.words.contains(&Word::Purpose);
        let own = wish.purposes.iter().map(|purpose| Some(purpose.as_str()));
        let mut purposes = std::iter::once(self.kind()).chain(own.filter(|_| is_open));
        let changes = wish.history.iter().map(|change| change.at);
        let at = match changes.chain([wish.effective_from]).max() {
            Some(last) if self.unknown.now => last,
            _ => self.now,
        };
        let known = &self.policy.file.purposes;
        purposes.any(|purpose| wish.is_about(&recipient.address, purpose, known, &entities, at))
    }

    /// The names of the entity whose mail this is.
    fn entities(&self) -> Vec<&str> {
        let named = self.policy.file.entity.as_deref();
        named.into_iter().chain(self.account()).collect()
    }

    /// What is used of the recipient's waivers, when one is in force and only it lets the message leave without friction;
    /// and of all others why they are not.
    fn waive(
        &self,
        recipient: &Recipient,
        reached: &Reached,
        wanted: Requirement,
        choice: &Choice,
        reach: &Reach<'_>,
    ) -> (Option<Relief>, Vec<Unapplied>) {
        if recipient.waivers.is_empty() {
            return (None, Vec::new());
        }
        let for_all = |reason: &str| (None, unapplied(recipient, reason));
        let (Some(floor), Some(rules)) = (self.policy.file.relax_floor, self.waiver_rules()) else {
            return for_all("is not accepted by the policy");
        };
        if choice.is_unsealed() {
            return for_all("is not needed");
        }
        let Judgement { grant, mut unapplied } = self.judge(recipient, rules);
        let Some(grant) = grant else {
            return (None, unapplied);
        };
        let required = reached.requirement.join(wanted);
        // What the senders themselves asked for is not the recipient's to waive, nor does a waiver undo a wish.
        let kept = floor.join(reached.kept).join(self.asked()).join(wanted);
        let lowered = relax(required, kept);
        let relaxed = choose(lowered, reach);
        if relaxed.is_unsealed() && self.content.is_sure() {
            let relief = Relief {
                grant,
                lowered,
                choice: relaxed,
            };
            return (Some(relief), unapplied);
        }
        let reason = if self.content.is_sure() {
            let would_do = choose(relax(reached.requirement, floor), reach).is_unsealed();
            self.of_no_use(reached, wanted, &relaxed, would_do)
        } else if self.content.complete {
            "does not cover what mail programs read differently".into()
        } else {
            "does not cover what could not be inspected".into()
        };
        let granted = recipient.waivers.iter().position(|waiver| waiver.id == grant.waiver());
        let unused = granted.and_then(|index| recipient.waivers.get(index));
        unapplied.extend(unused.map(|waiver| Unapplied::new(waiver, reason)));
        (None, unapplied)
    }

    fn judge(&self, recipient: &Recipient, profile: Profile) -> Judgement {
        let groups: Vec<&str> = self.groups.iter().copied().collect();
        let question = Question {
            profile,
            sender: Some(&self.transaction.sender),
            groups: &groups,
            entities: &self.entities(),
            purpose: self.transaction.purpose.as_deref(),
            purposes: Some(&self.policy.file.purposes),
            ..Question::new(&recipient.address, &self.taken.categories, self.taken.level)
        };
        if self.ambiguous.is_empty() {
            return judge(&recipient.waivers, &question, self.now);
        }
        let is_clear = |waiver: &&Waiver| !self.ambiguous.contains(waiver.id.as_str());
        let clear: Vec<_> = recipient.waivers.iter().filter(is_clear).cloned().collect();
        let mut judgement = judge(&clear, &question, self.now);
        let unclear = recipient.waivers.iter().filter(|waiver| !is_clear(waiver));
        judgement
            .unapplied
            .extend(unclear.map(|waiver| Unapplied::new(waiver, AMBIGUOUS)));
        judgement
    }

    /// Why a waiver that covers the message does not help it on; `would_do` says that the floor for waivers alone does not
    /// stand in its way.
    fn of_no_use(&self, reached: &Reached, wanted: Requirement, relaxed: &Choice, would_do: bool) -> String {
        let raiser = reached.kept_by.and_then(|index| self.policy.table.raisers.get(index));
        let disposition = reached.requirement.disposition;
        if disposition > Disposition::RequireApproval {
            return format!("does not lift `{disposition}`");
        }
        if wanted != Requirement::NONE && would_do {
            return "does not undo what the recipient asked for".into();
        }
        if self.asked() != Requirement::NONE && would_do {
            return "does not undo what the sender asked for".into();
        }
        if let Some(raiser) = raiser.filter(|_| would_do) {
            return format!("cannot lower the floor of {}", raiser.rule);
        }
        let tls = relaxed.rejected.iter().find(|rejected| rejected.method == Method::Tls);
        let because = tls.map(|rejected| format!(": {}", rejected.reason)).unwrap_or_default();
        format!("does not go far enough for TLS{because}")
    }

    /// The rules by which a waiver is judged; `None` when none is accepted.
    fn waiver_rules(&self) -> Option<Profile> {
        match self.policy.file.waivers.unwrap_or_default() {
            WaiverRules::Hipaa2013 => Some(Profile::Hipaa2013),
            WaiverRules::HipaaNprm2025 => Some(Profile::HipaaNprm2025),
            WaiverRules::Refused => None,
        }
    }

    /// What the sender asked for by triggers and by REQUIRETLS.
    fn asked(&self) -> Requirement {
        let triggers = self.policy.file.triggers.iter();
        let set = triggers.filter(|trigger| self.content.triggers.contains(&trigger.name));
        let verified = Requirement {
            transport: Transport::Verified,
            ..Requirement::NONE
        };
        let demanded = self.transaction.require_tls.then_some(verified);
        set.map(|trigger| trigger.require)
            .chain(demanded)
            .fold(Requirement::NONE, Requirement::join)
    }

    /// Whether the host keeps a copy of what leaves by this choice.
    fn archives(&self, choice: &Choice, waiver: Option<&str>) -> bool {
        let is_demanded = |contract: &Contract| contract.level >= Transport::Encrypted;
        let is_clear = waiver.is_some() || !choice.transport.as_ref().is_some_and(is_demanded);
        choice.is_unsealed()
            && match self.policy.file.archive.unwrap_or_default() {
                Archive::Never => false,
                Archive::Waived => waiver.is_some(),
                Archive::Clear => is_clear,
                Archive::Unsealed => true,
            }
    }

    /// The changes that belong to the choice; a subject that may not leave turns it, or its fallback, into a return.
    fn edit(&self, choice: &mut Choice) -> Vec<Edit> {
        let editor = Editor {
            policy: self.policy,
            content: self.content,
            taken: &self.taken,
            stream: self.stream().filter(|_| !self.unknown.words.contains(&Word::Stream)),
        };
        let (action, method, edits) = editor.edit(choice.action, choice.method);
        choice.fallback = choice.fallback.as_ref().map(|fallback| editor.edit_fallback(fallback));
        choice.transport = choice.transport.take().filter(|_| method.is_some());
        (choice.action, choice.method) = (action, method);
        edits
    }

    /// What is required by what is known alone; `None` when all is known.
    fn by_known(&self, facts: &Facts<'_>) -> Option<Requirement> {
        if self.unknown.words.is_empty() {
            return None;
        }
        let (none, taken) = (BTreeSet::new(), Taken::from(self.content));
        let known = Facts {
            unknown: &none,
            categories: &taken.categories,
            level: taken.level,
            ..facts.clone()
        };
        Some(self.policy.table.reach(&known).requirement)
    }

    /// Per dimension above the bottom, what set it.
    fn explain(
        &self,
        (reached, by_known): (&Reached, Option<Requirement>),
        relation: &Relation,
        wishes: &[&Preference],
        waiver: Option<&str>,
        held: Requirement,
    ) -> Vec<Why> {
        let reason = |raiser: &Raiser, dimension: Dimension| match by_known {
            Some(known) if known.rank(dimension) < held.rank(dimension) => {
                let said = raiser.because(relation);
                let said = if said.is_empty() { raiser.rule.clone() } else { said };
                format!("{said}, which may apply: {}", self.unknown)
            }
            _ => raiser.because(relation),
        };
        let why = |(dimension, by): (Dimension, &Option<usize>)| {
            let value = held.value(dimension);
            let (rank, reached) = (held.rank(dimension), reached.requirement.rank(dimension));
            if let Some(id) = waiver.filter(|_| rank < reached || (rank > reached && dimension == Dimension::Audit)) {
                return Some(Why {
                    dimension,
                    value,
                    rule: format!("waiver {id}"),
                    reason: "the recipient's documented choice".into(),
                    citation: None,
                });
            }
            if let Some(wish) = self.wish(wishes, dimension, held) {
                return Some(wish);
            }
            let raiser = self.policy.table.raisers.get((*by)?)?;
            Some(Why {
                dimension,
                value,
                rule: raiser.rule.clone(),
                reason: reason(raiser, dimension),
                citation: raiser.citation.clone(),
            })
        };
        Dimension::ALL.into_iter().zip(&reached.by).filter_map(why).collect()
    }

    /// The recipient's wish that asks for all that is held in `dimension`.
    fn wish(&self, wishes: &[&Preference], dimension: Dimension, held: Requirement) -> Option<Why> {
        let rank = held.rank(dimension);
        let mut wishes = wishes.iter().filter(|_| rank > 0);
        let wish = wishes.find(|wish| wish.asks.requires().rank(dimension) == rank)?;
        Some(Why {
            dimension,
            value: held.value(dimension),
            rule: format!("preference {}", printable(&wish.id)),
            reason: wish.reason(self.kind()),
            citation: Some(wish.asks.citation().into()),
        })
    }
}

/// The ids that stand for several records: those of different recipients, since each recipient's own are judged together.
fn ambiguous(recipients: &[Recipient]) -> BTreeSet<&str> {
    let mut first: BTreeMap<&str, &Waiver> = BTreeMap::new();
    let mut ambiguous = BTreeSet::new();
    for waiver in recipients.iter().flat_map(|recipient| &recipient.waivers) {
        if **first.entry(&waiver.id).or_insert(waiver) != *waiver {
            ambiguous.insert(waiver.id.as_str());
        }
    }
    ambiguous
}

/// The other way that the recipient asked for, in words.
fn instead(wishes: &[&Preference]) -> Option<String> {
    let mut ways = wishes.iter().filter_map(|wish| wish.instead.as_deref());
    ways.next().map(printable)
}

/// The recipient's waivers, none of which is used, for one reason.
fn unapplied(recipient: &Recipient, reason: &str) -> Vec<Unapplied> {
    let waivers = recipient.waivers.iter();
    waivers.map(|waiver| Unapplied::new(waiver, reason)).collect()
}

/// What the message is taken for: of a category that is not known, every one.
fn taken(policy: &Policy, content: &Content, unknown: &Unknown) -> Taken {
    if !unknown.words.contains(&Word::Category) {
        return Taken::from(content);
    }
    let mut all = content.clone();
    let built_in = BUILT_IN_CATEGORIES.into_iter().map(str::to_owned);
    let known = built_in.chain(policy.file.categories.iter().cloned());
    all.classification.categories.extend(known.map(Category::from));
    Taken::from(&all)
}

/// What is required under a waiver: the protection that the floor still asks for, and a full audit record.
pub(super) fn relax(requirement: Requirement, floor: Requirement) -> Requirement {
    Requirement {
        transport: requirement.transport.min(floor.transport),
        message: requirement.message.min(floor.message),
        crypto: requirement.crypto.min(floor.crypto),
        post_quantum: requirement.post_quantum && floor.post_quantum,
        audit: AuditLevel::Full,
        ..requirement
    }
}

/// The host's evidence and what is agreed with the recipient's organisation.
fn with_agreements(recipient: &Recipient, partners: &[&Partner]) -> Vec<Evidence> {
    let agreed = |partner: &&Partner| {
        let level = partner.transport?;
        Some(Evidence::new(EvidenceKind::PartnerAgreement, level, Timestamp::EPOCH))
    };
    let agreements = partners.iter().filter_map(agreed);
    recipient.evidence.iter().cloned().chain(agreements).collect()
}
