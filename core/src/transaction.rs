//! The SMTP envelope and what the host knows of the people in it.
