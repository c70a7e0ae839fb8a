//! Which method a message takes: the one of least friction that meets the requirement.

use std::collections::BTreeSet;

use super::atom::has_key;
use super::contract::{Suites, contract};
use super::match_name::MatchName;
use super::model::OnUnmet;
use super::satisfy::{Way, least_asked};
use super::{Action, Contract, CryptoFloor, Dimension, Disposition, Fallback, Method, Rejected, Requirement};
use crate::evidence::{Capability, Evidence, Transport};
use crate::tls::{Protocol, Suite};
use crate::{Authentication, ClientKeys};

/// What the host can do for one recipient.
#[derive(Clone, Debug)]
pub(super) struct Reach<'a> {
    pub(super) methods: BTreeSet<Method>,
    pub(super) on_unmet: OnUnmet,
    pub(super) keys: ClientKeys,
    /// How the portal authenticates the recipient, or is asked to.
    pub(super) reader: Authentication,
    pub(super) capability: Capability<'a>,
    /// What was seen of the last connection to the recipient's server.
    pub(super) connections: Vec<&'a Evidence>,
    /// The level below which the host refuses to send.
    pub(super) enforces: Transport,
    pub(super) distrusted: bool,
    pub(super) match_names: Vec<MatchName>,
    pub(super) suites: &'a Suites,
    /// The sender demands authenticated TLS on every hop (RFC 8689).
    pub(super) require_tls: bool,
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Choice {
    pub(super) action: Action,
    pub(super) method: Option<Method>,
    pub(super) fallback: Option<Fallback>,
    pub(super) transport: Option<Contract>,
    pub(super) rejected: Vec<Rejected>,
}

impl Choice {
    /// What the portal asks of the reader, at least, where it is the method or the fallback.
    pub(super) fn reader(&self, requirement: Requirement) -> Option<Authentication> {
        let falls_back = self.fallback.as_ref().and_then(|fallback| fallback.method);
        let is_portal = [self.method, falls_back].contains(&Some(Method::Portal));
        is_portal.then(|| least_asked(requirement))
    }

    /// Whether the message leaves as it is.
    pub(super) fn is_unsealed(&self) -> bool {
        self.method.is_some_and(|method| !method.is_sealed())
    }
}

/// Chooses for `requirement`; only a method that satisfies it is ever returned.
pub(super) fn choose(requirement: Requirement, reach: &Reach<'_>) -> Choice {
    match requirement.disposition {
        Disposition::Hold => return stay(Action::Hold, Vec::new()),
        Disposition::Return => return stay(Action::Return, Vec::new()),
        Disposition::Send | Disposition::RequireApproval => {}
    }
    let mut rejected = Vec::new();
    for method in Method::ALL {
        match reach.objection(method, requirement) {
            Some(reason) => rejected.push(Rejected { method, reason }),
            None => return take(method, requirement, reach, rejected),
        }
    }
    stay(unmet(reach.on_unmet), rejected)
}

fn take(method: Method, requirement: Requirement, reach: &Reach<'_>, rejected: Vec<Rejected>) -> Choice {
    let action = match requirement.disposition {
        Disposition::RequireApproval => Action::Approve,
        Disposition::Send | Disposition::Hold | Disposition::Return => Action::Send,
    };
    let transport = contract_of(method, requirement, reach);
    let enforced = transport
        .as_ref()
        .is_some_and(|contract| contract.level >= Transport::Encrypted);
    let fallback = (method == Method::Tls && enforced).then(|| fallback(requirement, reach));
    Choice {
        action,
        method: Some(called(method, transport.as_ref())),
        fallback,
        transport,
        rejected,
    }
}

/// What `method` comes to under its contract.
fn called(method: Method, contract: Option<&Contract>) -> Method {
    match (method, contract) {
        (Method::Tls, None) => Method::Local,
        (Method::Tls, Some(contract)) if contract.level < Transport::Encrypted => Method::Clear,
        _ => method,
    }
}

fn stay(action: Action, rejected: Vec<Rejected>) -> Choice {
    Choice {
        action,
        method: None,
        fallback: None,
        transport: None,
        rejected,
    }
}

/// What happens when the connection does not keep the contract: the next method that satisfies, or what the policy says.
fn fallback(requirement: Requirement, reach: &Reach<'_>) -> Fallback {
    let sealed = [Method::Smime, Method::Pgp, Method::Portal];
    let next = sealed
        .into_iter()
        .find(|method| reach.objection(*method, requirement).is_none());
    match next {
        Some(method) => Fallback {
            action: Action::Send,
            method: Some(method),
            edits: Vec::new(),
        },
        None => Fallback {
            action: unmet(reach.on_unmet),
            method: None,
            edits: Vec::new(),
        },
    }
}

fn unmet(on_unmet: OnUnmet) -> Action {
    match on_unmet {
        OnUnmet::Drop => Action::Drop,
        OnUnmet::Portal | OnUnmet::Return => Action::Return,
    }
}

/// What the server enforces. A sealed message travels as well as is known to work, since its headers are not sealed.
fn contract_of(method: Method, requirement: Requirement, reach: &Reach<'_>) -> Option<Contract> {
    if reach.capability.local {
        return None;
    }
    let known = reach.proved().min(Transport::Verified.max(requirement.transport));
    let level = match method {
        Method::Tls => requirement.transport.max(known.min(Transport::Encrypted)),
        _ => requirement.transport.min(known),
    };
    let least = if reach.require_tls {
        Transport::Verified
    } else {
        Transport::Opportunistic
    };
    Some(Contract {
        require_tls: reach.require_tls,
        ..contract(
            level.max(least),
            requirement.crypto,
            &reach.capability,
            &reach.match_names,
            reach.suites,
        )
    })
}

impl Reach<'_> {
    /// The level that evidence proves.
    pub(super) fn proved(&self) -> Transport {
        self.trusted(self.capability.transport)
    }

    /// The level that TLS can be relied on for: proved, or enforced by the host where nothing speaks against it.
    fn reliable(&self) -> Transport {
        if self.capability.local {
            return Transport::Dane;
        }
        let enforced = match self.capability.failure {
            Some(_) => Transport::None,
            None => self.enforces,
        };
        self.trusted(self.capability.transport.max(enforced))
    }

    fn trusted(&self, level: Transport) -> Transport {
        if self.distrusted && !self.capability.local {
            level.min(Transport::Encrypted)
        } else {
            level
        }
    }

    /// Why `method` cannot be taken; `None` when it can.
    fn objection(&self, method: Method, requirement: Requirement) -> Option<String> {
        if !self.methods.contains(&method) {
            return Some("the host does not offer it".into());
        }
        if method != Method::Tls && self.on_unmet != OnUnmet::Portal {
            return Some("the policy allows TLS or nothing here".into());
        }
        if !has_key(self.keys, method) {
            return Some("no key of the recipient is known".into());
        }
        if method == Method::Tls
            && let Some(seen) = self.weak_connection(requirement.crypto)
        {
            return Some(format!("the last connection used {seen}"));
        }
        if method == Method::Portal && self.reader == Authentication::None {
            return Some("it does not authenticate its reader, so that whoever sees the link reads the message".into());
        }
        let dimension = Way::of(method, self.reliable(), self.reader).falls_short(requirement)?;
        Some(match (method, dimension) {
            (Method::Tls, Dimension::Transport) => self.transport_objection(requirement.transport),
            (_, Dimension::Message) if method == Method::Tls => "it does not seal the message".into(),
            (_, Dimension::Message) => "it does not authenticate the reader by a second factor".into(),
            (_, dimension) => format!("it does not offer {dimension} `{}`", requirement.value(dimension)),
        })
    }

    /// What was seen of the recipient's server that `crypto` does not admit, in words: a server that took it when better
    /// was offered will not keep the contract. What nobody knows is not admitted.
    fn weak_connection(&self, crypto: CryptoFloor) -> Option<String> {
        if self.capability.local {
            return None;
        }
        let mut connections = self.connections.iter();
        connections.find_map(|seen| weak_protocol(seen).or_else(|| self.weak_suite(seen, crypto)))
    }

    fn weak_suite(&self, seen: &Evidence, crypto: CryptoFloor) -> Option<String> {
        let Some(suite) = Suite::by_name(seen.suite.as_deref()?) else {
            return Some("a cipher suite that is not known".into());
        };
        (!self.suites.admits(crypto, suite)).then(|| format!("`{suite}`, below `{crypto}`"))
    }

    fn transport_objection(&self, required: Transport) -> String {
        let proved = self.proved();
        let because = match self.capability.failure {
            Some(_) => ", and an attempt failed since",
            None if self.distrusted => ", because the policy distrusts TLS there",
            None => "",
        };
        format!("it needs `{required}`, and `{proved}` is proved{because}")
    }
}

/// The version of the connection, in words, where it is none that anybody may rely on (RFC 8996).
fn weak_protocol(seen: &Evidence) -> Option<String> {
    match Protocol::by_name(seen.protocol.as_deref()?) {
        None => Some("a protocol that is not known".into()),
        Some(version) if version < Protocol::Tls12 => Some(format!("`{version}`, which is deprecated")),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::evidence::{EvidenceKind, capability};
    use crate::policy::satisfy::{self, tests::is_enough};

    /// Every combination of what a host and a recipient can do that the choice looks at.
    fn every_reach<'a>(evidence: &'a [Vec<Evidence>], suites: &'a Suites) -> Vec<Reach<'a>> {
        let mut all = Vec::new();
        for (evidence, bits) in evidence
            .iter()
            .flat_map(|one| (0..1024_u16).map(move |bits| (one, bits)))
        {
            let is = |bit: u16| bits & 1 << bit > 0;
            let offered = Method::ALL.into_iter().zip(0..).filter(|(_, bit)| is(*bit));
            for enforces in [Transport::None, Transport::Encrypted, Transport::Verified] {
                all.push(Reach {
                    methods: offered.clone().map(|(method, _)| method).collect(),
                    on_unmet: if is(4) { OnUnmet::Portal } else { OnUnmet::Drop },
                    keys: ClientKeys {
                        smime: is(5),
                        pgp: is(6),
                    },
                    reader: match (is(7), is(9)) {
                        (true, _) => Authentication::SecondFactor,
                        (false, true) => Authentication::SingleFactor,
                        (false, false) => Authentication::None,
                    },
                    capability: capability(evidence, Timestamp::EPOCH),
                    connections: Vec::new(),
                    enforces,
                    distrusted: is(8),
                    match_names: Vec::new(),
                    suites,
                    require_tls: false,
                });
            }
        }
        all
    }

    fn is_sound(choice: &Choice, requirement: Requirement, reach: &Reach<'_>) -> bool {
        let Some(method) = choice.method else {
            return matches!(choice.action, Action::Return | Action::Drop);
        };
        let enforced = choice
            .transport
            .as_ref()
            .map_or(Transport::Dane, |contract| contract.level);
        let known = reach.capability.transport.max(reach.enforces);
        let has_key = match method {
            Method::Smime => reach.keys.smime,
            Method::Pgp => reach.keys.pgp,
            _ => true,
        };
        has_key
            && reach
                .methods
                .contains(&if method.is_sealed() { method } else { Method::Tls })
            && is_enough(Way::of(method, enforced, reach.reader), requirement)
            && (method != Method::Portal || choice.reader(requirement).is_some_and(|asked| asked <= reach.reader))
            && (method.is_sealed() || known >= requirement.transport)
            && (method.is_sealed() || !reach.distrusted || requirement.transport <= Transport::Encrypted)
            && (!method.is_sealed() || reach.on_unmet == OnUnmet::Portal)
    }

    #[test]
    fn no_combination_of_abilities_makes_a_method_that_falls_short() {
        let proofs = Transport::ALL.map(|level| {
            let known = Evidence::new(EvidenceKind::StaticTable, level, Timestamp::EPOCH);
            if level == Transport::None {
                Vec::new()
            } else {
                vec![known]
            }
        });
        let suites = Suites::default();
        let reaches = every_reach(&proofs, &suites);
        let requirements = satisfy::protections();
        assert_eq!(reaches.len() * requirements.len(), 1_843_200);
        for reach in &reaches {
            for requirement in &requirements {
                let choice = choose(*requirement, reach);
                assert!(
                    is_sound(&choice, *requirement, reach),
                    "{requirement:?} {reach:?} {choice:?}"
                );
            }
        }
    }
}
