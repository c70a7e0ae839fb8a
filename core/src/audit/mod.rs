//! What a decision leaves behind: a record without message text.
