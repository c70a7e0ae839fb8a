//! Facts as variables, and what is true of facts under every policy, as clauses.
//!
//! Ordered facts are thermometers (`critical` implies `sensitive`), names of which one holds are one-hot, and a
//! recipient lies in one of the places that [`places`](super::places) lists. So every model is a message, a sender and a
//! recipient that there can be.

use std::collections::{BTreeMap, BTreeSet};

use super::places::places;
use super::solve::Lit;
use crate::classify::{Category, Level};
use crate::evidence::Transport;
use crate::message::AnomalyKind;
use crate::policy::atom::{Atom, Literal};
use crate::policy::compile::Table;
use crate::policy::model::PolicyFile;
use crate::policy::{Method, Pattern};
use crate::{Address, Agreement, Authentication, BaaState, Party};

/// The facts that a proof speaks of.
pub(super) struct Universe<'a> {
    pub(super) file: &'a PolicyFile,
    variables: BTreeMap<Atom, usize>,
    /// Variables in all, with those that only carry a cardinality.
    pub(super) size: usize,
    pub(super) background: Vec<Vec<Lit>>,
    /// Where a recipient can lie: the variable, the sets, and an address there.
    pub(super) places: Vec<(usize, Address)>,
    /// The places in the domains of the policy's `[organization]`.
    house: Vec<usize>,
}

impl<'a> Universe<'a> {
    /// The facts that `table` and `more` ask for.
    pub(super) fn new(file: &'a PolicyFile, table: &Table, more: &[Literal]) -> Self {
        let levels = Level::ALL.map(Atom::Level);
        let literals = || table.literals.iter().chain(more);
        let asked = literals().map(|literal| literal.atom.clone());
        let parties = [Party::Unknown, Party::Individual].map(Atom::LacksParty);
        let asks_party = literals().any(|literal| matches!(literal.atom, Atom::LacksParty(_)));
        let known = parties_said(file).filter(|_| asks_party).map(|(name, _)| name);
        let agreed = agreements(file).map(|(name, ..)| name).chain(known);
        let agreements = [BaaState::None, BaaState::Unknown].map(Atom::LacksBaa);
        let atoms: BTreeSet<Atom> = asked
            .chain(levels)
            .chain(agreed.map(|name| Atom::Recipients(name.to_owned())))
            .chain(parties.into_iter().filter(|_| asks_party))
            .chain(agreements)
            .chain([Atom::Category(Category::Phi)])
            .collect();
        let size = atoms.len();
        let mut universe = Self {
            file,
            variables: atoms
                .into_iter()
                .enumerate()
                .map(|(index, atom)| (atom, index))
                .collect(),
            size,
            background: Vec::new(),
            places: Vec::new(),
            house: Vec::new(),
        };
        universe.order_thermometers();
        universe.bind_content();
        universe.bind_names();
        universe.bind_sender();
        universe.bind_places();
        universe.bind_agreements();
        universe.bind_parties();
        universe.bind_house();
        universe
    }

    /// The literal for a fact; `None` when no rule asks for it.
    pub(super) fn lit(&self, atom: &Atom, value: bool) -> Option<Lit> {
        self.variables.get(atom).map(|variable| Lit::new(*variable, value))
    }

    /// The clause that says that not all of `literals` hold.
    pub(super) fn deny<'l>(&self, literals: impl IntoIterator<Item = &'l Literal>) -> Vec<Lit> {
        let denied = literals
            .into_iter()
            .filter_map(|literal| self.lit(&literal.atom, !literal.holds));
        denied.collect()
    }

    /// The facts that hold in a model.
    pub(super) fn holding<'m>(&'m self, model: &'m [bool]) -> impl Iterator<Item = &'m Atom> {
        let is_true = |variable: usize| model.get(variable).copied().unwrap_or(false);
        self.variables
            .iter()
            .filter(move |(_, variable)| is_true(**variable))
            .map(|(atom, _)| atom)
    }

    /// All facts, in order.
    pub(super) fn atoms(&self) -> impl Iterator<Item = &Atom> {
        self.variables.keys()
    }

    fn clause(&mut self, literals: impl IntoIterator<Item = Option<Lit>>) {
        if let Some(clause) = literals.into_iter().collect() {
            self.background.push(clause);
        }
    }

    fn implies(&mut self, from: &Atom, to: &Atom) {
        self.clause([self.lit(from, false), self.lit(to, true)]);
    }

    /// Thermometers: what is asked of a higher value is asked of every lower one.
    fn order_thermometers(&mut self) {
        let atoms: Vec<Atom> = self.atoms().cloned().collect();
        for pair in atoms.windows(2) {
            let [lower, higher] = pair else { continue };
            match (lower, higher) {
                (Atom::Level(_), Atom::Level(_)) | (Atom::SubjectLevel(_), Atom::SubjectLevel(_)) => {
                    self.implies(higher, lower);
                }
                (Atom::Count(one, _), Atom::Count(other, _)) if one == other => self.implies(higher, lower),
                // Who lacks the lower value lacks the higher one.
                (Atom::LacksAuthentication(_), Atom::LacksAuthentication(_))
                | (Atom::LacksBaa(_), Atom::LacksBaa(_))
                | (Atom::LacksParty(_), Atom::LacksParty(_))
                | (Atom::LacksTransport(_), Atom::LacksTransport(_)) => self.implies(lower, higher),
                _ => {}
            }
        }
        for always in [Atom::Level(Level::None), Atom::SubjectLevel(Level::None)] {
            self.fix(&always, true);
        }
        for never in [
            Atom::LacksAuthentication(Authentication::None),
            Atom::LacksBaa(BaaState::PhiForbidden),
            Atom::LacksKey(Method::Tls),
            Atom::LacksKey(Method::Portal),
            Atom::LacksParty(Party::Organization),
            Atom::LacksTransport(Transport::None),
        ] {
            self.fix(&never, false);
        }
    }

    fn fix(&mut self, atom: &Atom, value: bool) {
        if let Some(lit) = self.lit(atom, value) {
            self.background.push(vec![lit]);
        }
    }

    /// What cannot be inspected, what mail programs read differently and what is implied is PHI, and a category brings
    /// its level.
    fn bind_content(&mut self) {
        let phi = Atom::Category(Category::Phi);
        for cause in [Atom::Incomplete, Atom::ImpliedPhi] {
            self.implies(&cause, &phi);
        }
        let atoms: Vec<Atom> = self.atoms().cloned().collect();
        for atom in atoms {
            match &atom {
                Atom::Anomaly(name) if AnomalyKind::named(name).is_some_and(AnomalyKind::raises) => {
                    self.implies(&atom, &phi);
                }
                Atom::Category(category) => self.implies(&atom, &Atom::Level(category.least_level())),
                _ => {}
            }
        }
    }

    /// Of account, purpose and stream at most one name holds; exactly one where every name is asked for.
    fn bind_names(&mut self) {
        let file = self.file;
        let streams: Vec<&String> = file.streams.iter().map(|stream| &stream.name).collect();
        self.bind_name(
            file.accounts.iter().collect(),
            file.defaults.account.is_some(),
            Atom::Account,
        );
        self.bind_name(
            file.purposes.iter().collect(),
            file.defaults.purpose.is_some(),
            Atom::Purpose,
        );
        self.bind_name(streams, file.defaults.stream.is_some(), Atom::Stream);
    }

    fn bind_name(&mut self, names: Vec<&String>, has_default: bool, atom: fn(String) -> Atom) {
        let count = names.len();
        let asked: Vec<Lit> = names
            .into_iter()
            .filter_map(|name| self.lit(&atom(name.clone()), true))
            .collect();
        if has_default && asked.len() == count {
            self.background.push(asked.clone());
        }
        self.at_most_one(&asked);
    }

    /// A sender has one address, which lies in one domain and in the groups whose patterns hold it. Whoever writes from a
    /// plus-address is also the one whose it is, and of the groups of that one nothing is said.
    fn bind_sender(&mut self) {
        let atoms: Vec<Atom> = self.atoms().cloned().collect();
        let of = |wanted: fn(&Atom) -> bool| atoms.iter().filter(move |atom| wanted(atom)).collect::<Vec<_>>();
        let users = of(|atom| matches!(atom, Atom::User(_)));
        let domains = of(|atom| matches!(atom, Atom::SenderDomain(_)));
        let bare = |user: &Atom| match user {
            Atom::User(address) => address.bare().map(Atom::User),
            _ => None,
        };
        let is_asked = |user: &Atom| users.contains(&user);
        let (details, others): (Vec<&Atom>, Vec<&Atom>) = users.iter().partition(|user| bare(user).is_some());
        let orphans = details
            .iter()
            .copied()
            .filter(|user| !bare(user).is_some_and(|bare| is_asked(&bare)));
        let heads: Vec<&Atom> = others.into_iter().chain(orphans).collect();
        for same in [&heads, &details, &domains] {
            let lits: Vec<Lit> = same.iter().filter_map(|atom| self.lit(atom, true)).collect();
            self.at_most_one(&lits);
        }
        for detail in &details {
            if let Some(bare) = bare(detail).filter(|bare| is_asked(bare)) {
                self.implies(detail, &bare);
            }
        }
        for user in &users {
            let Atom::User(address) = user else { continue };
            for domain in &domains {
                let Atom::SenderDomain(name) = domain else { continue };
                let lies_in = self.lit(domain, address.domain() == Some(name));
                self.clause([self.lit(user, false), lies_in]);
            }
            self.bind_groups(user, |pattern| pattern.holds(address));
        }
        for domain in &domains {
            let Atom::SenderDomain(name) = domain else { continue };
            // Somebody of the domain whom no pattern names.
            let anybody = Address::at("*", name.clone());
            self.bind_groups(domain, |pattern| pattern.holds(&anybody));
        }
    }

    fn bind_groups(&mut self, sender: &Atom, holds: impl Fn(&Pattern) -> bool) {
        let file = self.file;
        for group in file.groups.iter().filter(|group| group.members.iter().any(&holds)) {
            self.implies(sender, &Atom::Group(group.name.clone()));
        }
    }

    /// A recipient lies in exactly one place, which says in which sets.
    fn bind_places(&mut self) {
        let file = self.file;
        let sets = file.recipients.iter().map(|set| (set.name.as_str(), &set.members));
        let partners = file
            .partners
            .iter()
            .map(|partner| (partner.name.as_str(), &partner.members));
        let mut asked: Vec<(&str, BTreeSet<&Pattern>)> = sets
            .chain(partners)
            .filter(|(name, _)| self.variables.contains_key(&Atom::Recipients((*name).to_owned())))
            .map(|(name, members)| (name, members.iter().collect()))
            .collect();
        if asked.is_empty() {
            return;
        }
        // The house is one more set, of no name.
        asked.extend(
            file.organization
                .iter()
                .map(|house| (HOUSE, house.domains.iter().collect())),
        );
        let mut lies_in: BTreeMap<&str, Vec<Lit>> = asked.iter().map(|(name, _)| (*name, Vec::new())).collect();
        for (names, address) in places(&asked) {
            let here = self.new_variable();
            self.places.push((here, address));
            self.house.extend(names.contains(HOUSE).then_some(here));
            for name in names.into_iter().filter(|name| *name != HOUSE) {
                self.clause([
                    Some(Lit::new(here, false)),
                    self.lit(&Atom::Recipients(name.to_owned()), true),
                ]);
                lies_in.entry(name).or_default().push(Lit::new(here, true));
            }
        }
        let all: Vec<Lit> = self.places.iter().map(|(here, _)| Lit::new(*here, true)).collect();
        self.at_most_one(&all);
        self.background.push(all);
        lies_in.remove(HOUSE);
        for (name, mut places) in lies_in {
            places.extend(self.lit(&Atom::Recipients(name.to_owned()), false));
            self.background.push(places);
        }
    }

    /// What is agreed with a partner holds for its people unless somebody denies it.
    fn bind_agreements(&mut self) {
        let [forbidden, denied] = [BaaState::None, BaaState::Unknown].map(Atom::LacksBaa);
        let lacks: Vec<Atom> = self
            .atoms()
            .filter(|atom| matches!(atom, Atom::LacksBaa(_)))
            .cloned()
            .collect();
        for (name, baa, is_dated) in agreements(self.file) {
            let set = self.lit(&Atom::Recipients(name.to_owned()), false);
            let states = match baa {
                BaaState::PhiForbidden => {
                    self.clause([set, self.lit(&forbidden, true)]);
                    continue;
                }
                BaaState::None => {
                    self.clause([set, self.lit(&denied, true)]);
                    continue;
                }
                // While it does not stand there is none, and while it does it is signed: it is never unknown.
                _ if is_dated => BaaState::NotNeeded,
                stands => stands,
            };
            for atom in &lacks {
                if matches!(atom, Atom::LacksBaa(least) if *least <= states) {
                    self.clause([set, self.lit(atom, false), self.lit(&denied, true)]);
                }
            }
        }
    }

    /// Who has an agreement, or lacks one, is an organisation; an individual needs none; what a set says is not taken
    /// back.
    fn bind_parties(&mut self) {
        let [individual, unknown] = [Party::Individual, Party::Unknown].map(Atom::LacksParty);
        let lacks = |state| Atom::LacksBaa(state);
        self.clause([
            self.lit(&lacks(BaaState::NotNeeded), false),
            self.lit(&individual, true),
        ]);
        self.clause([self.lit(&lacks(BaaState::Unknown), false), self.lit(&unknown, true)]);
        self.clause([self.lit(&lacks(BaaState::Signed), true), self.lit(&unknown, true)]);
        for (name, party) in parties_said(self.file) {
            let set = self.lit(&Atom::Recipients(name.to_owned()), false);
            if party <= Party::Unknown {
                self.clause([set, self.lit(&individual, true)]);
            }
            if party == Party::Organization {
                self.clause([set, self.lit(&unknown, true)]);
            }
        }
    }

    /// What a sender of the house writes to somebody of the house is internal.
    fn bind_house(&mut self) {
        let Some(house) = &self.file.organization else { return };
        let is_of_house = |atom: &&Atom| match atom {
            Atom::User(address) => house.holds(address),
            Atom::SenderDomain(domain) => house.holds(&Address::at("*", domain.clone())),
            _ => false,
        };
        let senders: Vec<Atom> = self.atoms().filter(is_of_house).cloned().collect();
        let internal = self.lit(&Atom::Internal, true);
        for sender in &senders {
            for here in self.house.clone() {
                self.clause([self.lit(sender, false), Some(Lit::new(here, false)), internal]);
            }
        }
    }

    fn new_variable(&mut self) -> usize {
        self.size += 1;
        self.size - 1
    }

    /// At most one literal is true: a ladder of new variables, linear in their number.
    fn at_most_one(&mut self, literals: &[Lit]) {
        let mut before: Option<Lit> = None;
        for lit in literals {
            let reached = Lit::new(self.new_variable(), true);
            self.background.push(vec![lit.not(), reached]);
            if let Some(before) = before {
                self.background.push(vec![before.not(), reached]);
                self.background.push(vec![before.not(), lit.not()]);
            }
            before = Some(reached);
        }
    }
}

/// The partners whose agreement says something of PHI: their names, what it says, and whether it may not stand.
fn agreements(file: &PolicyFile) -> impl Iterator<Item = (&str, BaaState, bool)> {
    let known = file.partners.iter().filter(|partner| partner.baa != BaaState::Unknown);
    known.map(|partner| {
        let is_dated = partner.agreement.as_ref().is_some_and(Agreement::is_dated);
        (partner.name.as_str(), partner.baa, is_dated)
    })
}

/// The sets and partners that say who their people are.
fn parties_said(file: &PolicyFile) -> impl Iterator<Item = (&str, Party)> {
    let sets = file.recipients.iter().map(|set| (&set.name, set.party));
    let partners = file.partners.iter().map(|partner| (&partner.name, partner.party()));
    sets.chain(partners)
        .filter_map(|(name, party)| Some((name.as_str(), party?)))
}

/// The name of the house among sets, whose names have a letter.
const HOUSE: &str = "";
