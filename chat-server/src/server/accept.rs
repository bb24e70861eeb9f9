//! The accept loop: knocks at the gate for everybody and hands them to the workers in turn.

use std::time::Duration;

use tokio::net::TcpListener;

use crate::gate::{Gate, Verdict};
use crate::stats::Stats;
use crate::worker::{Accepted, Workers};

/// Accepts connections for ever.
pub(super) async fn accept(
    listener: &TcpListener,
    gate: &mut Gate,
    workers: &Workers,
    stats: &Stats,
) {
    let mut next = 0;
    // Said once for each time that it fills up, not for each who knocks then.
    let mut full = false;
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Such as too many open files: goes on when some are closed.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let permit = match gate.knock(peer) {
            Verdict::Enter(permit) => Ok(permit),
            Verdict::Full(parting) => Err(parting),
            Verdict::Drop => {
                stats.full.add();
                tracing::debug!(%peer, "too many strangers, connection dropped");
                continue;
            }
        };
        if permit.is_err() {
            stats.full.add();
            if !full {
                tracing::warn!(%peer, "no place for a connection: limits.connections, limits.connections_per_address");
            }
        }
        full = permit.is_err();
        // Small frames go out at once: without this, answers wait for the peer's delayed ACK.
        let stream = stream.set_nodelay(true).and_then(|()| stream.into_std());
        match stream {
            Ok(stream) => workers.connected(
                next,
                Accepted {
                    stream,
                    peer,
                    permit,
                },
            ),
            Err(error) => tracing::debug!(%peer, %error, "connection went at once"),
        }
        next = (next + 1) % workers.count();
    }
}
