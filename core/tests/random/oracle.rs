//! What mail needs at least, read slowly: every condition in turn, and of what is not known whatever raises.

use sealwax::classify::{Category, Level};
use sealwax::evidence::{Evidence, EvidenceKind, Transport};
use sealwax::policy::{
    Action, AuditLevel, Content, CryptoFloor, Delivery, Disposition, MessageProtection, Method, Requirement,
};
use sealwax::{BaaState, Party};

use super::house::{
    ACCOUNTS, DEFAULT_ACCOUNT, DEFAULT_PURPOSE, DESK, FLAGS, GROUPS, HOUSE, House, PURPOSES, SETS, STREAMS, Term, When,
};
use super::mail::{Mail, NOW, Person, SECONDS, UNKNOWN_CATEGORY};
use super::written::Written;

/// One recipient of one mail under one policy.
pub(crate) struct Oracle<'a> {
    pub(crate) house: &'a House,
    pub(crate) mail: &'a Mail,
    pub(crate) person: &'a Person,
}

/// Whether the host named anything that the policy does not know, of the message or of anybody.
pub(crate) fn has_unknown(mail: &Mail) -> bool {
    is_message_unknown(mail) || mail.people.iter().any(is_person_unknown)
}

/// Whether everything was inspected, and no mail program reads it in another way.
fn is_sure(content: &Content) -> bool {
    content.complete && !content.anomalies.contains("name-conflict")
}

fn is_message_unknown(mail: &Mail) -> bool {
    is_odd(&ACCOUNTS, &mail.account)
        || is_odd(&PURPOSES, &mail.purpose)
        || is_odd(&STREAMS, &mail.stream)
        || is_odd(&FLAGS, &mail.flags)
        || is_odd(&GROUPS, &mail.groups)
        || has_odd_category(mail)
}

fn is_odd<'n>(known: &[&str], named: impl IntoIterator<Item = &'n &'static str>) -> bool {
    named.into_iter().any(|name| !known.contains(name))
}

fn has_odd_category(mail: &Mail) -> bool {
    let categories = &mail.content.classification.categories;
    categories.contains(&Category::Custom("reserch".into()))
}

fn is_person_unknown(person: &Person) -> bool {
    person
        .evidence
        .iter()
        .any(|seen| is_mistimed(seen) || is_misspelt(seen))
        || matches!(person.spoilt, Some(UNKNOWN_CATEGORY | SECONDS))
}

fn is_mistimed(seen: &Evidence) -> bool {
    seen.observed_at.as_millis() < 10_000_000_000
}

fn is_misspelt(seen: &Evidence) -> bool {
    matches!(seen.protocol.as_deref(), Some("TLS1.O" | "tlsv9" | ""))
        || seen.suite.as_deref() == Some("TLS_AES_265_GCM_SHA384")
}

/// TLS 1.2 or later, by a suite that is known, as far as anything is said.
fn is_sound(seen: &Evidence) -> bool {
    matches!(seen.protocol.as_deref(), None | Some("TLSv1.3" | "TLS1.3"))
        && matches!(seen.suite.as_deref(), None | Some("TLS_AES_256_GCM_SHA384"))
}

fn is_fresh(seen: &Evidence) -> bool {
    let days = match seen.kind {
        EvidenceKind::Dane | EvidenceKind::Probe => 1,
        EvidenceKind::LastDelivery | EvidenceKind::MtaStsEnforce | EvidenceKind::MtaStsTesting => 7,
        EvidenceKind::Local | EvidenceKind::PartnerAgreement | EvidenceKind::StaticTable => i64::from(u16::MAX),
    };
    let age = NOW.as_millis() - seen.observed_at.as_millis();
    !is_mistimed(seen) && (0..days * 86_400_000).contains(&age)
}

fn worth(seen: &Evidence) -> Transport {
    let most = match seen.kind {
        EvidenceKind::Dane | EvidenceKind::Local => Transport::Dane,
        EvidenceKind::MtaStsTesting => Transport::Opportunistic,
        EvidenceKind::Probe => Transport::Encrypted,
        _ => Transport::Verified,
    };
    seen.level.min(most)
}

fn below(level: Transport) -> Transport {
    match level {
        Transport::Dane => Transport::Verified,
        Transport::Verified => Transport::Encrypted,
        Transport::Encrypted => Transport::Opportunistic,
        Transport::Opportunistic | Transport::None => Transport::None,
    }
}

impl Oracle<'_> {
    /// Why `delivery` is weaker than what is needed; `None` when it is not.
    pub(crate) fn weaker(&self, delivery: &Delivery) -> Option<String> {
        let needed = match &delivery.waiver {
            Some(_) if !self.is_waived() => return Some("by a waiver that covers nothing".into()),
            Some(_) => self.relaxed(),
            None => self.required(),
        };
        if !delivery.requirement.covers(needed) {
            return Some(format!("needs {needed:?}"));
        }
        let least = match needed.disposition {
            Disposition::Send => Action::Send,
            Disposition::RequireApproval => Action::Approve,
            Disposition::Hold => Action::Hold,
            Disposition::Return => Action::Return,
        };
        if delivery.action < least {
            return Some(format!("needs {least}"));
        }
        let fallback = delivery.fallback.as_ref().and_then(|fallback| fallback.method);
        let level = delivery.transport.as_ref().map(|contract| contract.level);
        let of = |method: Method| self.too_weak(method, level, needed);
        delivery.method.and_then(of).or_else(|| fallback.and_then(of))
    }

    /// Why `method` over TLS of `level` does not protect as `needed`.
    fn too_weak(&self, method: Method, level: Option<Transport>, needed: Requirement) -> Option<String> {
        let person = self.person;
        let is_offered = match &self.mail.methods {
            Some(methods) => methods.contains(&method) || (!method.is_sealed() && methods.contains(&Method::Tls)),
            None => matches!(method, Method::Portal) || !method.is_sealed(),
        };
        let is_client = matches!(method, Method::Smime | Method::Pgp);
        let wrong = [
            (!is_offered, "not offered"),
            (method == Method::Smime && !person.keys.smime, "no certificate"),
            (method == Method::Pgp && !person.keys.pgp, "no key"),
            (
                !method.is_sealed() && needed.message > MessageProtection::None,
                "not sealed",
            ),
            (
                needed.message == MessageProtection::SealedAuthenticated
                    && !(method == Method::Portal && person.has_second_factor),
                "no second factor",
            ),
            (needed.post_quantum && method != Method::Portal, "not post-quantum"),
            (is_client && needed.crypto > CryptoFloor::Tls12Nist, "too weak a suite"),
            (method == Method::Local && !self.is_local(), "not local"),
            (
                method == Method::Clear && needed.transport >= Transport::Encrypted,
                "in clear text",
            ),
            (
                matches!(method, Method::Tls | Method::Clear) && level.is_none_or(|level| level < needed.transport),
                "too low a contract",
            ),
            (
                !method.is_sealed() && !self.is_local() && self.reliable() < needed.transport,
                "TLS that nobody proved",
            ),
            (
                !method.is_sealed() && !self.is_local() && self.was_weak(),
                "TLS that was seen to be weak",
            ),
        ];
        wrong
            .iter()
            .find(|(is, _)| *is)
            .map(|(_, why)| format!("{method}: {why}"))
    }

    /// All that the policy asks for, with nothing waived.
    pub(crate) fn required(&self) -> Requirement {
        let all = self
            .always()
            .chain(self.floors(false))
            .chain(self.asked())
            .chain(self.rules());
        all.fold(Requirement::NONE, Requirement::join)
    }

    /// The same where a waiver lowers what it may.
    fn relaxed(&self) -> Requirement {
        let (all, floor) = (self.required(), self.house.relax_floor.unwrap());
        let kept = self.floors(true).chain(self.asked()).fold(floor, Requirement::join);
        Requirement {
            transport: all.transport.min(kept.transport),
            message: all.message.min(kept.message),
            crypto: all.crypto.min(kept.crypto),
            post_quantum: all.post_quantum && kept.post_quantum,
            audit: AuditLevel::Full,
            ..all
        }
    }

    /// Whether a waiver may be used at all.
    fn is_waived(&self) -> bool {
        let found = &self.mail.content.classification;
        let is_covered = |category: &Category| {
            matches!(
                category,
                Category::Phi | Category::Financial | Category::ClinicalData | Category::PersonalIdentifier
            )
        };
        self.house.relax_floor.is_some()
            && !self.person.waivers.is_empty()
            && self.person.spoilt.is_none()
            && is_sure(&self.mail.content)
            && found.level <= Level::Sensitive
            && found.categories.iter().all(is_covered)
            && !is_message_unknown(self.mail)
            && !is_person_unknown(self.person)
    }

    /// What every policy asks for.
    fn always(&self) -> impl Iterator<Item = Requirement> {
        let everything = Requirement {
            transport: Transport::Encrypted,
            crypto: CryptoFloor::Tls12Nist,
            ..self.house.baseline
        };
        let verified = Requirement {
            transport: Transport::Verified,
            ..Requirement::NONE
        };
        let staying = |disposition| Requirement {
            disposition,
            ..Requirement::NONE
        };
        let (is_phi, baa) = (self.has(&Category::Phi), self.baa());
        let all = [
            (true, self.house.baseline),
            (true, everything.join(self.house.baseline)),
            (is_phi || self.level() >= Level::Sensitive, verified),
            (is_phi && baa < BaaState::Unknown, staying(Disposition::Hold)),
            (is_phi && baa == BaaState::PhiForbidden, staying(Disposition::Return)),
        ];
        all.into_iter()
            .filter_map(|(applies, require)| applies.then_some(require))
    }

    /// What the sender asked for.
    fn asked(&self) -> impl Iterator<Item = Requirement> {
        let verified = Requirement {
            transport: Transport::Verified,
            ..Requirement::NONE
        };
        let trigger = self.is(&When::Trigger).then_some(self.house.trigger);
        trigger.into_iter().chain(self.mail.require_tls.then_some(verified))
    }

    fn floors(&self, only_kept: bool) -> impl Iterator<Item = Requirement> {
        let sender = &self.mail.sender;
        let floors = self.house.floors.iter().filter(move |floor| match floor.scope {
            "account" => self.is(&When::Account(floor.of)),
            "group" => self.is(&When::Group(floor.of)),
            "domain" => sender.domain() == floor.of,
            _ => sender.canonical == floor.of,
        });
        let kept = floors.filter(move |floor| !(only_kept && floor.is_waivable));
        kept.map(|floor| floor.require)
    }

    fn rules(&self) -> impl Iterator<Item = Requirement> {
        let rules = self.house.rules.iter();
        rules
            .filter(|(whens, _)| whens.iter().all(|when| self.is(when)))
            .map(|(_, require)| *require)
    }

    /// Whether a condition holds, or may hold.
    fn is(&self, when: &When) -> bool {
        let (mail, person) = (self.mail, self.person);
        let purpose = mail.purpose.unwrap_or(DEFAULT_PURPOSE);
        let is_odd_purpose = is_odd(&PURPOSES, &mail.purpose);
        let is_in = |name: &str| {
            SETS.iter()
                .any(|(set, members)| *set == name && is_any(&person.address, members))
        };
        match when {
            When::Account(name) => mail.account.unwrap_or(DEFAULT_ACCOUNT) == *name || is_odd(&ACCOUNTS, &mail.account),
            When::Category(category) => self.has(category),
            When::External => !self.is_internal(),
            When::Flag(name) => mail.flags.contains(name) || is_odd(&FLAGS, &mail.flags),
            When::Group(name) => {
                let is_derived = *name == "desk" && is_any(&mail.sender, &DESK);
                is_derived || mail.groups.contains(name) || is_odd(&GROUPS, &mail.groups)
            }
            When::Incomplete => !mail.content.complete,
            When::LacksBaa(least) => self.baa() < *least,
            When::LacksParty(least) => self.party() < *least,
            When::LacksTransport(least) => self.proved() < *least,
            When::Level(least) => self.level() >= *least,
            When::NotPurpose(name) => purpose != *name || is_odd_purpose,
            When::NotSet(name) => !is_in(name),
            When::Purpose(name) => purpose == *name || is_odd_purpose,
            When::Set(name) => is_in(name),
            When::Stream(name) => mail.stream.unwrap_or("business") == *name || is_odd(&STREAMS, &mail.stream),
            When::Trigger => mail.content.triggers.contains("secure"),
        }
    }

    fn has(&self, category: &Category) -> bool {
        let content = &self.mail.content;
        let found = &content.classification;
        let is_taken_for_phi = *category == Category::Phi && (!is_sure(content) || found.implied_phi);
        found.categories.contains(category) || is_taken_for_phi || has_odd_category(self.mail)
    }

    fn level(&self) -> Level {
        let found = self.mail.content.classification.level;
        let is_sensitive = [Category::Phi, Category::Financial].iter().any(|one| self.has(one));
        found.max(if is_sensitive { Level::Sensitive } else { Level::None })
    }

    fn is_internal(&self) -> bool {
        let is_of_house = |address: &Written| self.house.is_organization && is_any(address, &HOUSE);
        self.person.is_internal || (is_of_house(&self.mail.sender) && is_of_house(&self.person.address))
    }

    /// What the host and each partner say: the agreement, its dates, and who it is.
    fn said(&self) -> Vec<(BaaState, Term, Option<Party>)> {
        let host = (self.person.baa, self.person.term, self.person.party);
        let partners = self.house.partners.iter();
        let own = partners.filter(|partner| is_any(&self.person.address, &partner.members));
        own.map(|partner| (partner.baa, partner.term, partner.party))
            .chain([host])
            .collect()
    }

    fn party(&self) -> Party {
        let said = self.said();
        let is_organization = |(baa, term, party): &(BaaState, Term, Option<Party>)| {
            let is_dated = *term != Term::Undated;
            let has_state = !matches!(baa, BaaState::Unknown | BaaState::NotNeeded);
            *party == Some(Party::Organization) || has_state || is_dated
        };
        if said.iter().any(is_organization) {
            return Party::Organization;
        }
        let is_lab = is_any(&self.person.address, SETS[0].1);
        let set = self.house.set_party.filter(|_| is_lab);
        let named = said.iter().filter_map(|(_, _, party)| *party).chain(set).min();
        named.or(self.house.default_recipient).unwrap_or(Party::Unknown)
    }

    fn baa(&self) -> BaaState {
        let said = self.said();
        let states = |wanted: BaaState| said.iter().any(|(baa, _, _)| *baa == wanted);
        let has_lapsed = |term: Term| matches!(term, Term::Ended | Term::NotBegun);
        let stands = |wanted: BaaState| said.iter().any(|(baa, term, _)| *baa == wanted && !has_lapsed(*term));
        if states(BaaState::PhiForbidden) {
            BaaState::PhiForbidden
        } else if states(BaaState::None) {
            BaaState::None
        } else if stands(BaaState::Signed) {
            BaaState::Signed
        } else if stands(BaaState::NotNeeded) {
            BaaState::NotNeeded
        } else if said.iter().any(|(_, term, _)| has_lapsed(*term)) {
            BaaState::None
        } else if self.party() == Party::Individual {
            BaaState::NotNeeded
        } else {
            BaaState::Unknown
        }
    }

    fn is_local(&self) -> bool {
        let mut evidence = self.person.evidence.iter();
        evidence.any(|seen| seen.kind == EvidenceKind::Local && is_fresh(seen))
    }

    /// The level that was proved, and is not denied by a later failure or by distrust.
    fn proved(&self) -> Transport {
        if self.is_local() {
            return Transport::Dane;
        }
        let good = || self.proofs().into_iter();
        let best = good().map(|(level, _)| level).max().unwrap_or(Transport::None);
        let failed = self.failures().map(below).min().unwrap_or(Transport::Dane);
        best.min(failed).min(self.trusted())
    }

    /// What TLS can be relied on for: proved, or what the host refuses to go below.
    fn reliable(&self) -> Transport {
        let has_failed = self.failures().next().is_some();
        let enforced = match self.mail.enforces {
            _ if has_failed => Transport::None,
            None => Transport::Encrypted,
            Some(level) => level,
        };
        self.proved().max(enforced.min(self.trusted()))
    }

    fn trusted(&self) -> Transport {
        if is_any(&self.person.address, &self.house.distrusted) {
            Transport::Encrypted
        } else {
            Transport::Dane
        }
    }

    /// Each level that was proved, and when.
    fn proofs(&self) -> Vec<(Transport, i64)> {
        let seen = self.person.evidence.iter();
        let seen = seen.filter(|seen| !seen.failed && is_sound(seen) && is_fresh(seen));
        let partners = self.house.partners.iter();
        let own = partners.filter(|partner| is_any(&self.person.address, &partner.members));
        let agreed = own.filter_map(|partner| Some((partner.transport?, 0)));
        seen.map(|seen| (worth(seen), seen.observed_at.as_millis()))
            .chain(agreed)
            .collect()
    }

    /// Each level that was not reached, and has not been since.
    fn failures(&self) -> impl Iterator<Item = Transport> {
        let failed = self.person.evidence.iter().filter(|seen| seen.failed);
        let failed = failed.filter(|seen| is_fresh(seen) || is_mistimed(seen));
        let is_open = |seen: &&Evidence| {
            let at = if is_mistimed(seen) { NOW } else { seen.observed_at };
            let mut proofs = self.proofs().into_iter();
            !proofs.any(|(level, proved)| level >= seen.level && proved > at.as_millis())
        };
        failed.filter(is_open).map(|seen| seen.level)
    }

    /// Whether the last connection that was seen used what nobody may rely on.
    fn was_weak(&self) -> bool {
        let is_connection = |seen: &&Evidence| {
            let says_how = seen.protocol.is_some() || seen.suite.is_some();
            let is_one = says_how || matches!(seen.kind, EvidenceKind::LastDelivery | EvidenceKind::Probe);
            is_one && !seen.failed && seen.kind != EvidenceKind::Local && is_fresh(seen)
        };
        let seen = || self.person.evidence.iter().filter(is_connection);
        let last = seen().map(|seen| seen.observed_at).max();
        seen().any(|one| Some(one.observed_at) == last && !is_sound(one))
    }
}

fn is_any(address: &Written, patterns: &[&str]) -> bool {
    patterns.iter().any(|pattern| address.is_in(pattern))
}
