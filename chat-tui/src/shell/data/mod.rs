//! The data directory and what every job finds there. Knows nothing of the chat; the cache has a
//! folder of its own.
//!
//! | module | owns |
//! |---|---|
//! | [`dirs`] | where files are |
//! | [`home`] | what every job begins with |
//! | [`keyfile`] | the identity: one private key in one file |
//! | [`known`] | accepted certificates, last server, last nick |
//! | [`logging`] | the log file |

pub mod dirs;
pub mod home;
pub mod keyfile;
pub mod known;
pub mod logging;
pub mod servers;
