//! The server that runs inside this process for `chat-tui host`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use chat_core::Link;
use chat_server::{Server, StartError};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::cli::{Hosting, Plaintext};
use crate::shell::data::dirs::DataDir;

/// A running server. Stopped with [`Hosted::stop`]; if that is not reached, it ends with the process
/// and loses nothing, because it never does.
#[derive(Debug)]
pub struct Hosted {
    /// What others join with.
    pub link: Link,
    /// How this process reaches it.
    pub local: Link,
    /// Where it listens.
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), chat_server::RunError>>,
}

/// Starts a server with its data under the data directory, and with the `server.toml` that
/// `chat-server` would find.
///
/// # Errors
/// [`StartError`] says what to do.
pub async fn start(
    data: &DataDir,
    hosting: Hosting,
    plaintext: Plaintext,
) -> Result<Hosted, StartError> {
    let mut config = chat_server::Config::standard()?;
    if let Some(listen) = hosting.listen {
        config.server.listen = listen;
    }
    if let Some(connections_max) = hosting.connections_max {
        config.limits.connections = connections_max;
    }
    config.server.data_dir = data.server();
    match plaintext {
        Plaintext::No => {}
        Plaintext::Asked => config.server.plaintext = chat_server::config::Plaintext::Loopback,
        Plaintext::Insisted => config.server.plaintext = chat_server::config::Plaintext::Anywhere,
    }
    let server = Server::bind(config).await?;
    let link = server.join_link().clone();
    let address = server.local_addr();
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(server.run(async {
        // Also when nobody is left who could say it.
        drop(stopped.await);
    }));
    Ok(Hosted {
        local: local(&link, address),
        link,
        address,
        stop,
        task,
    })
}

/// The link by which the machine itself reaches a server that listens on `address`.
fn local(link: &Link, address: SocketAddr) -> Link {
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::from(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::from(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    Link {
        host: host.to_string(),
        port: address.port(),
        ..link.clone()
    }
}

impl Hosted {
    /// Tells every client that the server stops, and waits until it has; it takes at most 10 s.
    pub async fn stop(self) {
        if self.stop.send(()).is_err() {
            tracing::warn!("server had ended before");
        }
        match self.task.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "server ended badly"),
            Err(error) => tracing::error!(%error, "server ended badly"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_beside_the_server_goes_through_loopback() {
        let link: Link = "chat://192.168.1.5:7878/#invite=x".parse().expect("valid");
        let check = |listen: &str, want: &str| {
            let address = listen.parse().expect("an address");
            assert_eq!(local(&link, address).to_string(), want);
        };
        check("0.0.0.0:9000", "chat://127.0.0.1:9000/#invite=x");
        check("[::]:9000", "chat://[::1]:9000/#invite=x");
        check("10.0.0.7:9000", "chat://10.0.0.7:9000/#invite=x");
    }
}
