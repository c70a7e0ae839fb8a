//! The profiles that ship with the crate: ordinary policies that others include by name.

/// Every profile with its text.
const PROFILES: [(&str, &str); 5] = [
    ("finance-glba", include_str!("../../data/profiles/finance-glba.toml")),
    ("hipaa-2013", include_str!("../../data/profiles/hipaa-2013.toml")),
    (
        "hipaa-nprm-2025",
        include_str!("../../data/profiles/hipaa-nprm-2025.toml"),
    ),
    ("minimal", include_str!("../../data/profiles/minimal.toml")),
    ("pci", include_str!("../../data/profiles/pci.toml")),
];

/// The names of the profiles.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    PROFILES.iter().map(|(name, _)| *name)
}

/// The text of the profile `name`.
pub(super) fn text(name: &str) -> Option<&'static str> {
    PROFILES
        .iter()
        .find(|(profile, _)| *profile == name)
        .map(|(_, text)| *text)
}
