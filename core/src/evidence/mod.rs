//! What a host knows of how a recipient can be reached, and what it proves at a time.
//!
//! The core looks nothing up: the host supplies [`Evidence`], the policy asks for the [`Transport`] that it proves.

mod transport;

pub use transport::Transport;
