//! Where a server listens, and where others reach it.

use std::net::{IpAddr, SocketAddr};

use chat_core::Link;
use tokio::net::TcpListener;

use super::StartError;
use crate::config::Config;
use crate::tls::Tls;

/// Connections that the system holds until they are accepted: a room's worth after a restart.
const BACKLOG: u32 = 4_096;

pub(super) fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen { address, error };
    let domain = socket2::Domain::for_address(address);
    let open = || {
        let socket = socket2::Socket::new(domain, socket2::Type::STREAM, None)?;
        // A restart must not wait for the old connections' TIME_WAIT. Windows has no such wait, and
        // the option would let two servers share a port there.
        #[cfg(unix)]
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG.cast_signed())?;
        TcpListener::from_std(socket.into())
    };
    let listener = open().map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

pub(super) fn link(
    config: &Config,
    address: SocketAddr,
    tls: Option<&Tls>,
    invite: Option<String>,
) -> Link {
    let public = config.server.public_address.parse::<Link>().ok();
    let (host, port) = match public {
        Some(public) if config.server.public_address.contains(':') => (public.host, public.port),
        Some(public) => (public.host, address.port()),
        None => (reachable(address.ip()).to_string(), address.port()),
    };
    Link {
        host,
        port,
        fingerprint: tls.map(|tls| tls.fingerprint),
        invite,
        plaintext: tls.is_none(),
    }
}

/// An address that others on the network reach, where `listening` means all of them.
fn reachable(listening: IpAddr) -> IpAddr {
    if !listening.is_unspecified() {
        return listening;
    }
    let addresses = if_addrs::get_if_addrs().unwrap_or_default();
    let mut own = addresses
        .iter()
        .filter(|a| !a.is_loopback() && !a.is_link_local())
        .map(|a| a.ip());
    let v4 = own.clone().find(IpAddr::is_ipv4);
    v4.or_else(|| own.next())
        .unwrap_or(IpAddr::from([127, 0, 0, 1]))
}
