//! A client and what it was told.

use std::time::Duration;

use chat_client::{Client, Config, Event, Events, connect};

/// Far more than anything here takes; a test that hangs ends.
const PATIENCE: Duration = Duration::from_secs(30);

/// See the module.
pub(crate) struct Person {
    pub(crate) client: Client,
    pub(crate) events: Events,
}

impl Person {
    pub(crate) fn new(config: Config) -> Person {
        let (client, events) = connect(config);
        Person { client, events }
    }

    /// Reads events until one is what is wanted.
    pub(crate) async fn until<T>(&mut self, mut wanted: impl FnMut(&Event) -> Option<T>) -> T {
        let found = async {
            while let Some(event) = self.events.next().await {
                if let Some(found) = wanted(&event) {
                    return Some(found);
                }
            }
            None
        };
        let found = tokio::time::timeout(PATIENCE, found).await;
        found.expect("it took too long").expect("it closed first")
    }

    pub(crate) async fn until_ready(&mut self) {
        self.until(|event| matches!(event, Event::Ready).then_some(()))
            .await;
    }

    /// The texts of the next entries.
    pub(crate) async fn hears(&mut self, count: usize) -> Vec<String> {
        let mut texts = Vec::new();
        while texts.len() < count {
            texts.push(
                self.until(|event| match event {
                    Event::Entry(entry) => Some(entry.body.text().to_owned()),
                    _ => None,
                })
                .await,
            );
        }
        texts
    }

    pub(crate) async fn closes(&mut self) -> chat_client::Error {
        self.until(|event| match event {
            Event::Closed(error) => Some(error.clone()),
            _ => None,
        })
        .await
    }
}
