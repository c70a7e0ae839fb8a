//! Enumerations whose variants have a name for people and for JSON.

/// Declares an enumeration, with `ALL`, `name()`, `Display` and `Serialize`.
macro_rules! named {
    (
        $(#[$meta:meta])*
        pub enum $type:ident { $( $(#[$note:meta])* $variant:ident => $name:literal ),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type { $( $(#[$note])* $variant ),+ }

        impl $type {
            /// Every variant, in order.
            pub const ALL: &[Self] = &[ $( Self::$variant ),+ ];

            /// The name, for people and for JSON.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $name ),+ }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
    };
}

pub(crate) use named;
