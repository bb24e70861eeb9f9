//! Sockets, TLS and frames. Says what it found; what follows from it is decided elsewhere.

mod tcp;
mod tls;
mod wire;

pub(crate) use tcp::connect;
pub(crate) use tls::{Handshake, handshake, is_not_tls, vouched_for};
pub(crate) use wire::{Loss, Reader, Wire, Writer};
