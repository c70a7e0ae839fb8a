//! The sealed message: header, recipients, and the Cobblestone-256 body.
