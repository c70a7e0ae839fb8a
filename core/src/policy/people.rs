//! Who a recipient is to the sender: somebody of the house, an individual or an organisation, and what is agreed.
//!
//! Whatever several sources say of one recipient, the strictest of it holds: nobody's word is taken back by somebody
//! else's weaker one, and `default_recipient` stands in only where nobody said anything.

use super::model::{Organization, Partner, PolicyFile, RecipientSet, Sender};
use crate::{Address, Agreement, BaaState, Party, Recipient, Standing, Timestamp, Transaction};

/// What is known of a recipient.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Relation {
    pub(super) party: Party,
    pub(super) baa: BaaState,
    /// The agreement that does not stand, in words, where none does.
    pub(super) lapsed: Option<String>,
}

/// What one source says of a recipient.
struct Said<'a> {
    /// The partner's name; `None` for the host.
    partner: Option<&'a str>,
    party: Option<Party>,
    baa: BaaState,
    agreement: Option<&'a Agreement>,
}

impl Relation {
    /// What the host, the partners and the sets that the recipient lies in say together at `now`.
    pub(super) fn of(file: &PolicyFile, recipient: &Recipient, partners: &[&Partner], now: Timestamp) -> Self {
        let said = all_said(recipient, partners);
        let party = party_said(file, recipient, &said).or(file.default_recipient);
        let party = party.unwrap_or_default();
        let lapsed = said.iter().find_map(|source| source.lapsed(now));
        let baa = agreed(&said, party, now);
        Self {
            party,
            baa,
            lapsed: lapsed.filter(|_| baa <= BaaState::Unknown),
        }
    }
}

/// Whether `recipient` and `sender` belong to one house, as the host or the policy's `[organization]` says.
pub(super) fn is_internal(file: &PolicyFile, sender: &Address, recipient: &Recipient) -> bool {
    let holds_both = |house: &Organization| house.holds(sender) && house.holds(&recipient.address);
    recipient.internal || file.organization.as_ref().is_some_and(holds_both)
}

/// Whether `sender` is one of `set`, which only raises.
pub(super) fn is_sender(file: &PolicyFile, set: &Sender, sender: &Address) -> bool {
    let is_of_house = || file.organization.as_ref().is_some_and(|house| house.holds(sender));
    set.members.iter().any(|member| member.holds_user(sender)) || (set.organization && is_of_house())
}

/// Whether anybody among the recipients may be in the sender's care: neither of the house nor known as an organisation.
/// Of a message without recipients nothing is known.
pub(super) fn may_be_in_care(file: &PolicyFile, transaction: &Transaction) -> bool {
    let is_other = |recipient: &Recipient| {
        let partners = partners(file, &recipient.address);
        let party = party_said(file, recipient, &all_said(recipient, &partners));
        is_internal(file, &transaction.sender, recipient) || party == Some(Party::Organization)
    };
    transaction.recipients.is_empty() || !transaction.recipients.iter().all(is_other)
}

/// The partners that hold `address`.
pub(super) fn partners<'a>(file: &'a PolicyFile, address: &Address) -> Vec<&'a Partner> {
    let holds = |partner: &&Partner| partner.members.iter().any(|member| member.holds(address));
    file.partners.iter().filter(holds).collect()
}

impl Organization {
    pub(super) fn holds(&self, address: &Address) -> bool {
        self.domains.iter().any(|domain| domain.holds(address))
    }
}

impl Partner {
    /// Who the partner's people are, as far as the policy says it.
    pub(super) fn party(&self) -> Option<Party> {
        party_of(self.party, self.baa, self.agreement.as_ref())
    }
}

fn all_said<'a>(recipient: &'a Recipient, partners: &[&'a Partner]) -> Vec<Said<'a>> {
    let host = Said {
        partner: None,
        party: party_of(recipient.party, recipient.baa, recipient.agreement.as_ref()),
        baa: recipient.baa,
        agreement: recipient.agreement.as_ref(),
    };
    let partner = |partner: &&'a Partner| Said {
        partner: Some(&partner.name),
        party: partner.party(),
        baa: partner.baa,
        agreement: partner.agreement.as_ref(),
    };
    partners.iter().map(partner).chain([host]).collect()
}

/// Who one source says that somebody is. An agreement is made with organisations only, and only they lack one.
fn party_of(party: Option<Party>, baa: BaaState, agreement: Option<&Agreement>) -> Option<Party> {
    let is_organization = match baa {
        BaaState::PhiForbidden | BaaState::None | BaaState::Signed => true,
        BaaState::Unknown | BaaState::NotNeeded => agreement.is_some(),
    };
    let implied = is_organization.then_some(Party::Organization);
    party.into_iter().chain(implied).min()
}

/// The strictest that anybody says.
fn party_said(file: &PolicyFile, recipient: &Recipient, said: &[Said<'_>]) -> Option<Party> {
    let holds = |set: &&RecipientSet| set.members.iter().any(|member| member.holds(&recipient.address));
    let sets = file.recipients.iter().filter(holds).filter_map(|set| set.party);
    said.iter().filter_map(|source| source.party).chain(sets).min()
}

/// The state of the agreement: what somebody denies wins, else the best that stands. One that ended or has not begun is
/// as good as none.
fn agreed(said: &[Said<'_>], party: Party, now: Timestamp) -> BaaState {
    let denied = said
        .iter()
        .map(|source| source.baa)
        .filter(|baa| *baa < BaaState::Unknown);
    if let Some(denied) = denied.min() {
        return denied;
    }
    let stands = |source: &&Said<'_>| source.lapsed(now).is_none();
    let best = said.iter().filter(stands).map(|source| source.baa).max();
    match best.unwrap_or_default() {
        known if known > BaaState::Unknown => known,
        _ if !said.iter().all(|source| stands(&source)) => BaaState::None,
        _ if party == Party::Individual => BaaState::NotNeeded,
        unknown => unknown,
    }
}

impl Said<'_> {
    /// Why the agreement does not stand, if it does not.
    fn lapsed(&self, now: Timestamp) -> Option<String> {
        let with = self
            .partner
            .map_or_else(|| "the recipient".to_owned(), |name| format!("`{name}`"));
        match self.agreement?.standing(now) {
            Standing::Begins(date) => Some(format!("the agreement with {with} begins on {date}")),
            Standing::Ended(end) => Some(format!("the agreement with {with} ended on {end}")),
            Standing::Stands => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::Pattern;

    const STATES: [BaaState; 5] = [
        BaaState::PhiForbidden,
        BaaState::None,
        BaaState::Unknown,
        BaaState::NotNeeded,
        BaaState::Signed,
    ];
    const PARTIES: [Option<Party>; 4] = [
        None,
        Some(Party::Organization),
        Some(Party::Unknown),
        Some(Party::Individual),
    ];

    fn partner(baa: BaaState, party: Option<Party>, agreement: Option<Agreement>) -> Partner {
        Partner {
            name: "lab".into(),
            members: Pattern::parse("lab.example").into_iter().collect(),
            baa,
            agreement,
            party,
            transport: None,
            match_names: Vec::new(),
        }
    }

    /// An agreement that ended before, stands at, or begins after the first second of 1970.
    fn dated(which: u8) -> Option<Agreement> {
        let day = |text: &str| text.parse().ok();
        match which {
            1 => Some(Agreement {
                end: day("1969-12-30"),
                ..Agreement::default()
            }),
            2 => Some(Agreement {
                end: day("1970-12-30"),
                ..Agreement::default()
            }),
            3 => Some(Agreement {
                date: day("1970-12-30"),
                ..Agreement::default()
            }),
            _ => None,
        }
    }

    fn recipient(baa: BaaState, party: Option<Party>, agreement: Option<Agreement>) -> Recipient {
        Recipient {
            party,
            baa,
            agreement,
            ..Recipient::new("ann@lab.example").unwrap()
        }
    }

    #[test]
    fn each_pair_of_words_gives_the_state_that_its_table_says() {
        use BaaState::{None as Missing, NotNeeded, PhiForbidden, Signed, Unknown};
        for (policy, host, expected) in [
            (Unknown, Unknown, Unknown),
            (Signed, Unknown, Signed),
            (Unknown, Signed, Signed),
            (NotNeeded, Signed, Signed),
            (Missing, Signed, Missing),
            (Signed, Missing, Missing),
            (PhiForbidden, Missing, PhiForbidden),
            (PhiForbidden, Signed, PhiForbidden),
        ] {
            let partner = partner(policy, None, None);
            let relation = Relation::of(
                &PolicyFile::default(),
                &recipient(host, None, None),
                &[&partner],
                Timestamp::EPOCH,
            );
            assert_eq!(relation.baa, expected, "{policy:?} {host:?}");
        }
    }

    #[test]
    fn an_agreement_that_does_not_stand_is_as_good_as_none_and_is_named() {
        for (which, expected, words) in [
            (1, BaaState::None, Some("the agreement with `lab` ended on 1969-12-30")),
            (2, BaaState::Signed, None),
            (3, BaaState::None, Some("the agreement with `lab` begins on 1970-12-30")),
        ] {
            let partner = partner(BaaState::Signed, None, dated(which));
            let unknown = recipient(BaaState::Unknown, None, None);
            let relation = Relation::of(&PolicyFile::default(), &unknown, &[&partner], Timestamp::EPOCH);
            assert_eq!((relation.baa, relation.lapsed.as_deref()), (expected, words));
            let renewed = recipient(BaaState::Signed, None, None);
            let relation = Relation::of(&PolicyFile::default(), &renewed, &[&partner], Timestamp::EPOCH);
            assert_eq!((relation.baa, relation.lapsed), (BaaState::Signed, None));
        }
    }

    #[test]
    fn an_individual_needs_no_agreement_unless_somebody_says_more() {
        let individual = |baa| recipient(baa, Some(Party::Individual), None);
        let of = |recipient: &Recipient| Relation::of(&PolicyFile::default(), recipient, &[], Timestamp::EPOCH);
        assert_eq!(of(&individual(BaaState::Unknown)).baa, BaaState::NotNeeded);
        for baa in [BaaState::PhiForbidden, BaaState::None, BaaState::Signed] {
            let relation = of(&individual(baa));
            assert_eq!((relation.baa, relation.party), (baa, Party::Organization));
        }
    }

    fn said() -> impl Strategy<Value = (BaaState, Option<Party>, Option<Agreement>)> {
        (
            prop::sample::select(&STATES[..]),
            prop::sample::select(&PARTIES[..]),
            (0..4_u8).prop_map(dated),
        )
    }

    proptest! {
        #[test]
        fn what_somebody_says_more_strictly_is_never_taken_back(
            host in said(), agreed in said(), set in prop::sample::select(&PARTIES[..]),
            default in prop::sample::select(&PARTIES[..]), more in prop::sample::select(&PARTIES[1..]),
        ) {
            let mut file = PolicyFile { default_recipient: default, ..PolicyFile::default() };
            file.recipients.push(RecipientSet {
                name: "set".into(),
                members: Pattern::parse("lab.example").into_iter().collect(),
                party: set,
            });
            let partner = partner(agreed.0, agreed.1, agreed.2);
            let host = recipient(host.0, host.1, host.2);
            let of = |file: &PolicyFile, host: &Recipient, partners: &[&Partner]| {
                Relation::of(file, host, partners, Timestamp::EPOCH)
            };
            let relation = of(&file, &host, &[&partner]);
            // A word more on who they are leaves both where they are or lower, unless it stands in for none at all.
            let spoken = party_said(&file, &host, &all_said(&host, &[&partner]));
            let word = Recipient { party: host.party.into_iter().chain(more).min(), ..host.clone() };
            let with_word = of(&file, &word, &[&partner]);
            if spoken.is_some() {
                prop_assert!(with_word.party <= relation.party && with_word.baa <= relation.baa);
                let other = PolicyFile { default_recipient: Some(Party::Individual), ..file.clone() };
                prop_assert_eq!(of(&other, &host, &[&partner]), relation.clone());
            }
            for strict in [host.party, set, partner.party()].into_iter().flatten() {
                prop_assert!(relation.party <= strict);
            }
            // An agreement that is denied stays denied, and one of two files that says more strictly wins.
            for denied in [host.baa, agreed.0] {
                prop_assert!(denied >= BaaState::Unknown || relation.baa <= denied);
            }
            prop_assert!(relation.party != Party::Individual || relation.baa == BaaState::NotNeeded);
            prop_assert!(relation.baa != BaaState::Signed || relation.party == Party::Organization);
        }
    }
}
