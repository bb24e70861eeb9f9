use chat_client::{Config, Error, Event, connect};

pub(crate) async fn echo(config: Config) -> Result<(), Error> {
    let (client, mut events) = connect(config);
    let mut me = None;
    while let Some(event) = events.next().await {
        match event {
            Event::Online { welcome, .. } => me = Some(welcome.account),
            Event::Entry(entry) if Some(entry.author) != me => {
                let said = client.say(entry.conversation, entry.body.text()).await;
                said.map_err(Error::Refused)?;
            }
            Event::Closed(error) => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
