//! From facts to a delivery.

use std::collections::BTreeSet;

use super::atom::Facts;
use super::choose::{Choice, Reach, choose};
use super::compile::Reached;
use super::content::Taken;
use super::model::{Archive, Partner, SubjectAction, SubjectRule, WaiverRules};
use super::people::{Relation, is_internal, partners};
use super::{
    Action, AuditLevel, Content, Contract, Delivery, Dimension, Edit, Method, Policy, Proven, Requirement, SmtpReply,
    Why,
};
use crate::classify::Level;
use crate::consent::{ConsentGrant, Profile, grant_under};
use crate::evidence::{Evidence, EvidenceKind, Transport, capability};
use crate::{Authentication, Recipient, Timestamp, Transaction};

/// Everything that is the same for every recipient of a message.
pub(super) struct Decider<'a> {
    policy: &'a Policy,
    content: &'a Content,
    taken: Taken,
    transaction: &'a Transaction,
    groups: BTreeSet<&'a str>,
    now: Timestamp,
}

impl<'a> Decider<'a> {
    pub(super) fn new(policy: &'a Policy, content: &'a Content, transaction: &'a Transaction, now: Timestamp) -> Self {
        let derived = policy.file.groups.iter().filter(|group| {
            let members = &mut group.members.iter();
            members.any(|member| member.holds(&transaction.sender))
        });
        let given = transaction.groups.iter().map(String::as_str);
        Self {
            policy,
            content,
            taken: Taken::from(content),
            transaction,
            groups: derived.map(|group| group.name.as_str()).chain(given).collect(),
            now,
        }
    }

    /// The answer for one recipient.
    pub(super) fn deliver(&self, recipient: &Recipient) -> Delivery {
        let partners = partners(&self.policy.file, &recipient.address);
        let relation = Relation::of(&self.policy.file, recipient, &partners, self.now);
        let evidence = with_agreements(recipient, &partners);
        let reach = self.reach(recipient, &partners, &evidence);
        let facts = self.facts(recipient, &partners, &relation, &reach);
        let reached = self.policy.table.reach(&facts);
        let mut requirement = reached.requirement;
        let mut choice = choose(requirement, &reach);
        let granted = self.waive(recipient, requirement, &choice, &reach);
        let waiver = granted.map(|(grant, lowered, relaxed)| {
            requirement = lowered;
            choice = relaxed;
            grant.waiver().to_owned()
        });
        let edits = self.edit(&mut choice);
        let archive = self.archives(&choice, waiver.as_deref());
        Delivery {
            recipient: recipient.address.clone(),
            action: choice.action,
            method: choice.method,
            fallback: choice.fallback,
            requirement,
            why: self.explain(&reached, &relation, waiver.as_deref(), requirement),
            rejected: choice.rejected,
            evidence: Proven::of(&reach.capability, self.now),
            transport: choice.transport,
            edits,
            archive,
            reply: reply(choice.action),
            waiver,
        }
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
        let stream = file
            .streams
            .iter()
            .find(|stream| self.stream() == Some(stream.name.as_str()));
        let default_methods = || [Method::Tls, Method::Portal].into();
        Reach {
            methods: self.transaction.methods.clone().unwrap_or_else(default_methods),
            on_unmet: stream
                .and_then(|stream| stream.on_unmet)
                .or(file.on_unmet)
                .unwrap_or_default(),
            keys: recipient.keys,
            second_factor: recipient.authentication >= Authentication::SecondFactor,
            capability: capability(evidence, self.now),
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
            require_tls: self.transaction.require_tls,
            subject_level: self.content.subject_level,
            triggers: &self.content.triggers,
            authentication: recipient.authentication,
            baa: relation.baa,
            keys: recipient.keys,
            party: relation.party,
            transport: reach.proved(),
            account: self.account(),
            groups: &self.groups,
            internal: is_internal(&self.policy.file, &self.transaction.sender, recipient),
            purpose: self.purpose(),
            recipient_sets: sets.map(|set| set.name.as_str()).chain(partner_names).collect(),
            sender: self.transaction.sender.as_str(),
            stream: self.stream(),
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

    /// The choice under a waiver, when one is in force and only it lets the message leave without friction.
    fn waive(
        &self,
        recipient: &Recipient,
        requirement: Requirement,
        choice: &Choice,
        reach: &Reach<'_>,
    ) -> Option<(ConsentGrant, Requirement, Choice)> {
        // What the senders themselves asked for is not the recipient's to waive.
        let floor = self.policy.file.relax_floor?.join(self.asked());
        let rules = self.waiver_rules()?;
        let can_be_relaxed = self.content.complete && self.taken.level < Level::Critical;
        if choice.is_unsealed() || !can_be_relaxed {
            return None;
        }
        let granted = grant_under(
            rules,
            &recipient.waivers,
            &recipient.address,
            self.transaction.purpose.as_deref(),
            &self.taken.categories,
            self.taken.level,
            self.now,
        )?;
        let lowered = relax(requirement, floor);
        let relaxed = choose(lowered, reach);
        relaxed.is_unsealed().then_some((granted, lowered, relaxed))
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
                Archive::Clear => is_clear,
                Archive::Unsealed => true,
            }
    }

    /// The changes that belong to the choice; a subject that may not leave turns the choice into a return.
    fn edit(&self, choice: &mut Choice) -> Vec<Edit> {
        let default = SubjectRule::default();
        let rule = self.policy.file.subject.as_ref().unwrap_or(&default);
        let is_sealed = choice.method.is_some_and(Method::is_sealed);
        let is_exposed = is_sealed && self.content.subject_level >= rule.from.min(Level::Sensitive);
        if is_exposed && rule.action == SubjectAction::Return {
            choice.action = Action::Return;
            choice.method = None;
            choice.transport = None;
            return Vec::new();
        }
        if choice.method.is_none() {
            return Vec::new();
        }
        let replaced = is_exposed.then(|| Edit::ReplaceSubject {
            value: rule.text.clone(),
        });
        // RFC 8689, section 5: the sender of PHI does not get to ask for less than TLS.
        let stripped = (self.taken.level >= Level::Sensitive).then(|| Edit::RemoveHeader {
            name: "TLS-Required".into(),
        });
        replaced.into_iter().chain(stripped).chain(self.label()).collect()
    }

    fn label(&self) -> Option<Edit> {
        let name = self.stream()?;
        let stream = self.policy.file.streams.iter().find(|stream| stream.name == name)?;
        stream.label.as_ref().map(|label| Edit::AddHeader {
            name: STREAM_HEADER.into(),
            value: label.clone(),
        })
    }

    /// Per dimension above the bottom, what set it.
    fn explain(&self, reached: &Reached, relation: &Relation, waiver: Option<&str>, held: Requirement) -> Vec<Why> {
        let why = |(dimension, by): (Dimension, &Option<usize>)| {
            let value = held.value(dimension);
            if let Some(id) = waiver.filter(|_| held.rank(dimension) != reached.requirement.rank(dimension)) {
                return Some(Why {
                    dimension,
                    value,
                    rule: format!("waiver {id}"),
                    reason: "the recipient's documented choice".into(),
                    citation: None,
                });
            }
            let raiser = self.policy.table.raisers.get((*by)?)?;
            Some(Why {
                dimension,
                value,
                rule: raiser.rule.clone(),
                reason: raiser.because(relation),
                citation: raiser.citation.clone(),
            })
        };
        Dimension::ALL.into_iter().zip(&reached.by).filter_map(why).collect()
    }
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

/// What the sending client is told. A message that is kept has been taken, so its reply is positive.
fn reply(action: Action) -> Option<SmtpReply> {
    let (code, status, text) = match action {
        Action::Send => return None,
        Action::Approve => (250, "2.0.0", "Accepted; it leaves when somebody has approved it"),
        Action::Hold => (250, "2.0.0", "Accepted and held by policy; it has not been sent"),
        Action::Return => (
            550,
            "5.7.1",
            "Not sent: policy requires protection that this recipient cannot be given",
        ),
        Action::Drop => (
            250,
            "2.0.0",
            "Accepted and discarded: policy allows secure transport only",
        ),
    };
    Some(SmtpReply {
        code,
        status: status.into(),
        text: text.into(),
    })
}

/// The header by which a server routes streams apart.
const STREAM_HEADER: &str = "Sealwax-Stream";
