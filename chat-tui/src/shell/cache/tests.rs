use chat_client::Pending;
use chat_core::command::Direction;
use chat_core::{
    AccountId, Body, Conversation, ConversationId, ConversationKind, Entry, Millis, Nick, PostId,
    Seq, Text,
};
use rusqlite::Connection;

use super::*;
use crate::app::Store;
use crate::app::conversation::Orphan;
use crate::settings::CacheLimits;
use crate::shell::data::dirs::DataDir;

const LOBBY: ConversationId = ConversationId(1);
const BOB: ConversationId = ConversationId(2);

/// A data directory and what happens to it over several runs of the client.
struct Rig {
    _dir: tempfile::TempDir,
    data: DataDir,
    limits: CacheLimits,
}

impl Rig {
    fn new() -> Rig {
        let dir = tempfile::tempdir().expect("a directory");
        let data = DataDir::open(Some(dir.path())).expect("made");
        Rig {
            _dir: dir,
            data,
            limits: CacheLimits::default(),
        }
    }

    fn open(&self) -> (Cache, Snapshot, Vec<Notice>) {
        Cache::open(&self.data, &self.limits, "h:1").expect("opened")
    }

    /// A run that keeps these after a login to the store with this epoch.
    fn run(&self, epoch: u8, stores: impl IntoIterator<Item = Store>) {
        let (cache, ..) = self.open();
        cache.login(login(epoch));
        stores.into_iter().for_each(|store| cache.keep(store));
        cache.close();
    }

    /// What the next run begins with.
    fn next(&self) -> Snapshot {
        let (cache, snapshot, _) = self.open();
        cache.close();
        snapshot
    }
}

fn login(epoch: u8) -> Login {
    Login {
        epoch: [epoch; 16],
        server: "chat.example".into(),
        account: AccountId(7),
        nick: Nick::parse("ann").expect("allowed"),
    }
}

fn conversation(id: ConversationId, name: &str) -> Store {
    Store::Conversation(Conversation {
        id,
        kind: ConversationKind::Room,
        name: Text::new(name),
        peer: None,
        topic: Text::default(),
        head: Seq(0),
        read: Seq(0),
        base: None,
    })
}

fn entry(id: ConversationId, seq: u64, body: Body) -> Entry {
    Entry {
        conversation: id,
        seq: Seq(seq),
        at: Millis(seq * 1000),
        author: AccountId(7),
        nick: Nick::parse("ann").expect("allowed"),
        post: None,
        body,
    }
}

fn entries(id: ConversationId, seqs: impl IntoIterator<Item = u64>) -> Store {
    let post = |seq| entry(id, seq, Body::Post(Text::new(&format!("text {seq}"))));
    Store::Entries(seqs.into_iter().map(post).collect())
}

fn pending(n: u8, id: ConversationId) -> Pending {
    Pending {
        post: PostId([n; 16]),
        conversation: id,
        body: Body::Post(Text::new(&format!("pending {n}"))),
    }
}

fn seqs(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|e| e.seq.0).collect()
}

#[test]
fn the_first_screen_is_what_the_last_run_left() {
    let rig = Rig::new();
    assert!(rig.next().resume.is_none(), "nothing on the first visit");
    rig.run(
        1,
        [
            conversation(LOBBY, "#lobby"),
            conversation(BOB, "bob"),
            entries(LOBBY, 1..=150),
            Store::Entries(vec![entry(LOBBY, 151, Body::Topic(Text::new("news")))]),
            Store::Read(LOBBY, Seq(140)),
            Store::Read(LOBBY, Seq(3)),
            Store::Draft(BOB, "half a sent".into()),
            Store::Muted(BOB, true),
            Store::Pending(pending(1, LOBBY)),
            Store::Pending(pending(2, LOBBY)),
            Store::Pending(pending(3, BOB)),
            Store::PendingGone(PostId([2; 16])),
            Store::Refused(PostId([3; 16]), "too long".into()),
            Store::Current(BOB),
        ],
    );
    let Snapshot { cached, resume } = rig.next();
    let resume = resume.expect("known");
    assert_eq!(resume.epoch, [1; 16]);
    assert_eq!(resume.cursors.get(&LOBBY), Some(&Seq(151)));
    assert_eq!(resume.cursors.get(&BOB), None, "nothing held");
    assert_eq!(cached.server, "chat.example");
    assert_eq!(cached.current, Some(BOB));
    assert_eq!(cached.pending, [pending(1, LOBBY)]);
    assert_eq!(cached.refused, [(pending(3, BOB), "too long".into())]);
    let [lobby, bob] = &cached.conversations[..] else {
        panic!("{:?}", cached.conversations);
    };
    assert_eq!(seqs(&lobby.entries), (52..=151).collect::<Vec<_>>());
    assert_eq!(lobby.conversation.head, Seq(151));
    assert_eq!(lobby.conversation.read, Seq(140));
    assert_eq!(lobby.conversation.topic.as_str(), "news");
    assert_eq!((bob.draft.as_str(), bob.muted), ("half a sent", true));
}

#[tokio::test]
async fn a_page_is_contiguous_and_adjoins() {
    let rig = Rig::new();
    rig.run(
        1,
        [
            conversation(LOBBY, "#lobby"),
            entries(LOBBY, (1..=10).chain(21..=40)),
        ],
    );
    let (mut cache, ..) = rig.open();
    let mut check = async |from, direction, want: std::ops::RangeInclusive<u64>| {
        cache.page(PageWanted {
            conversation: LOBBY,
            from: Seq(from),
            direction,
            entries_max: 5,
        });
        let Reply::Page(page) = cache.next().await else {
            panic!("not a page");
        };
        assert_eq!(page.from, Seq(from));
        assert_eq!(seqs(&page.entries), want.collect::<Vec<_>>());
    };
    #[expect(clippy::reversed_empty_ranges, reason = "an empty page")]
    let none = 1..=0;
    check(31, Direction::Before, 26..=30).await;
    check(24, Direction::Before, 21..=23).await;
    check(21, Direction::Before, none.clone()).await;
    check(8, Direction::After, 9..=10).await;
    check(10, Direction::After, none.clone()).await;
    check(1, Direction::Before, none).await;
}

#[tokio::test]
async fn posts_are_found_newest_first() {
    let rig = Rig::new();
    let say = |id, seq, text: &str| entry(id, seq, Body::Post(Text::new(text)));
    rig.run(
        1,
        [
            conversation(LOBBY, "#lobby"),
            conversation(BOB, "bob"),
            Store::Entries(vec![
                say(LOBBY, 1, "Needle one"),
                say(BOB, 2, "hay"),
                say(BOB, 3, "a NEEDLE two"),
                entry(LOBBY, 4, Body::Topic(Text::new("needle topic"))),
                say(LOBBY, 5, "needle three"),
            ]),
        ],
    );
    let (mut cache, ..) = rig.open();
    cache.search(SearchWanted {
        conversation: None,
        query: "needle".into(),
        entries_max: 2,
    });
    let Reply::Found { entries, .. } = cache.next().await else {
        panic!("nothing found");
    };
    assert_eq!(seqs(&entries), [5, 3]);
}

#[test]
fn what_is_left_is_forgotten() {
    let rig = Rig::new();
    rig.run(
        1,
        [
            conversation(LOBBY, "#lobby"),
            entries(LOBBY, 1..=3),
            Store::Forget(LOBBY),
            entries(LOBBY, 4..=5),
        ],
    );
    let next = rig.next();
    assert!(next.cached.conversations.is_empty());
    assert!(next.resume.expect("known").cursors.is_empty());
}

#[test]
fn another_epoch_voids_the_numbers_but_not_what_was_typed() {
    let rig = Rig::new();
    rig.run(
        1,
        [
            conversation(LOBBY, "#lobby"),
            entries(LOBBY, 1..=3),
            Store::Draft(LOBBY, "a draft".into()),
            Store::Pending(pending(1, LOBBY)),
        ],
    );
    rig.run(2, [conversation(LOBBY, "#lobby")]);
    let next = rig.next().cached;
    assert!(next.pending.is_empty(), "not sent to another store");
    assert!(next.conversations[0].entries.is_empty());
    let orphan = Orphan {
        title: "#lobby".into(),
        sent: Vec::new(),
        unsent: vec!["pending 1".into(), "a draft".into()],
    };
    assert_eq!(next.orphans, [orphan]);

    let (cache, ..) = rig.open();
    cache.login(login(2));
    cache.keep(Store::Draft(LOBBY, "a draft, adopted".into()));
    cache.adopted("#lobby".into());
    cache.close();
    let next = rig.next().cached;
    assert_eq!(next.orphans, []);
    assert_eq!(next.conversations[0].draft, "a draft, adopted");
}

#[test]
fn without_the_cache_what_was_typed_is_found_by_name() {
    let rig = Rig::new();
    rig.run(
        1,
        [
            conversation(LOBBY, "#lobby"),
            Store::Pending(pending(1, LOBBY)),
        ],
    );
    damage(&rig.data.cache());
    assert_eq!(rig.next().cached.orphans.len(), 1);
    // The same store again: what is given to a person is not sent by itself as well.
    rig.run(1, [conversation(LOBBY, "#lobby")]);
    let next = rig.next().cached;
    assert_eq!((next.pending.len(), next.orphans.len()), (0, 1));
}

#[tokio::test]
async fn a_process_that_lags_an_epoch_behind_writes_nothing() {
    let rig = Rig::new();
    let (mut lagging, ..) = rig.open();
    lagging.login(login(1));
    lagging.search(SearchWanted {
        conversation: None,
        query: "its answer shows that the login is kept".into(),
        entries_max: 1,
    });
    lagging.next().await;
    rig.run(2, [conversation(LOBBY, "#lobby"), entries(LOBBY, 1..=2)]);
    lagging.keep(entries(LOBBY, 3..=9));
    lagging.close();
    let resume = rig.next().resume.expect("known");
    assert_eq!(resume.epoch, [2; 16]);
    assert_eq!(resume.cursors.get(&LOBBY), Some(&Seq(2)));
}

#[test]
fn bounded_the_oldest_entries_go() {
    let mut rig = Rig::new();
    rig.limits.entries_max = 500;
    rig.run(1, [conversation(LOBBY, "#lobby"), entries(LOBBY, 1..=3000)]);
    let db = Connection::open(rig.data.cache()).expect("opened");
    let count = |db: &Connection| -> (i64, i64) {
        let sql = "SELECT count(*), max(seq) FROM entries";
        db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
            .expect("counted")
    };
    assert_eq!(count(&db), (500, 3000));
    rig.limits.size_mib_max = 0;
    rig.run(1, [Store::Read(LOBBY, Seq(1))]);
    assert_eq!(count(&db), (100, 3000), "a screen is left");
}

#[test]
fn a_damaged_or_newer_cache_is_put_aside_and_said() {
    let rig = Rig::new();
    for damage in [damage, newer] {
        rig.run(
            1,
            [
                conversation(LOBBY, "#lobby"),
                Store::Draft(LOBBY, "kept".into()),
            ],
        );
        damage(&rig.data.cache());
        let (cache, snapshot, notices) = rig.open();
        assert!(snapshot.resume.is_none());
        assert!(
            matches!(&notices[..], [Notice::CacheAside(_)]),
            "{notices:?}"
        );
        cache.close();
        assert_eq!(rig.next().cached.orphans[0].unsent, ["kept"]);

        damage(&rig.data.drafts());
        let (cache, _, notices) = rig.open();
        let [Notice::DraftsAside(file)] = &notices[..] else {
            panic!("{notices:?}");
        };
        assert!(file.exists());
        cache.close();
    }
}

fn damage(file: &std::path::Path) {
    std::fs::write(file, vec![7; 8192]).expect("written");
}

fn newer(file: &std::path::Path) {
    let db = Connection::open(file).expect("opened");
    db.pragma_update(None, "user_version", 99).expect("written");
}

#[test]
fn bounded_what_was_sent_is_kept_for_another_run() {
    let rig = Rig::new();
    let sent = |lines: &[&str]| {
        let lines = lines.iter().map(ToString::to_string).collect();
        Store::Sent(LOBBY, lines, 3)
    };
    rig.run(1, [conversation(LOBBY, "#lobby"), sent(&["one", "two"])]);
    rig.run(1, [sent(&["three", "four"])]);
    let next = rig.next().cached;
    assert_eq!(next.conversations[0].sent, ["two", "three", "four"]);
    assert_eq!(next.orphans, []);
    // In another store it is given back to the conversation of that name.
    rig.run(2, [conversation(LOBBY, "#lobby")]);
    let orphans = rig.next().cached.orphans;
    assert_eq!(orphans.len(), 1);
    assert_eq!(orphans[0].sent, ["two", "three", "four"]);
    assert_eq!(orphans[0].unsent, [""; 0]);
    let (cache, ..) = rig.open();
    cache.adopted("#lobby".into());
    cache.close();
    assert_eq!(rig.next().cached.orphans, []);
}

/// What a search finds in #lobby.
fn found(rig: &Rig, query: &str) -> Vec<String> {
    let (mut cache, ..) = rig.open();
    cache.search(SearchWanted {
        conversation: Some(LOBBY),
        query: query.into(),
        entries_max: 10,
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let reply = runtime.expect("a runtime").block_on(cache.next());
    cache.close();
    let Reply::Found { entries, .. } = reply else {
        panic!("{reply:?}");
    };
    entries
        .iter()
        .map(|entry| entry.body.text().to_owned())
        .collect()
}

fn edit(seq: u64, of: u64, text: &str) -> Store {
    let (of, text) = (Seq(of), Text::new(text));
    Store::Entries(vec![entry(LOBBY, seq, Body::Edit { of, text })])
}

#[test]
fn what_was_edited_is_found_by_what_it_says_now() {
    let rig = Rig::new();
    rig.run(1, [conversation(LOBBY, "#lobby"), entries(LOBBY, 1..=3)]);
    rig.run(1, [edit(4, 2, "new words"), edit(5, 2, "newest words")]);
    assert_eq!(found(&rig, "text"), ["text 3", "text 1"]);
    assert_eq!(found(&rig, "new words"), [""; 0]);
    assert_eq!(found(&rig, "NEWEST"), ["newest words"]);
    // Both are there for the log, which applies them itself.
    let newest = &rig.next().cached.conversations[0].entries;
    assert_eq!(newest.len(), 5);
    assert_eq!(newest[1].body.text(), "text 2");
}

#[test]
fn what_was_taken_back_leaves_the_cache_with_all_its_edits() {
    let deletion =
        |seq, of| Store::Entries(vec![entry(LOBBY, seq, Body::Deletion { of: Seq(of) })]);
    let secret = |seq| {
        let secret = Body::Post(Text::new(&format!("xyzzy {}", "x".repeat(9_000))));
        Store::Entries(vec![entry(LOBBY, seq, secret)])
    };
    // Live, and as a page that brings what was taken back anew; the edit may come last.
    let removed = Store::Entries(vec![entry(LOBBY, 1, Body::Removed)]);
    for last in [
        vec![edit(2, 1, "xyzzy again"), deletion(3, 1)],
        vec![edit(2, 1, "xyzzy again"), removed.clone()],
        vec![removed, edit(2, 1, "xyzzy again")],
    ] {
        let rig = Rig::new();
        rig.run(1, [conversation(LOBBY, "#lobby"), secret(1)]);
        assert_eq!(found(&rig, "xyzzy").len(), 1);
        rig.run(1, last);
        assert_eq!(found(&rig, "xyzzy"), [""; 0]);
        let kept = &rig.next().cached.conversations[0].entries;
        assert_eq!(kept[0].body, Body::Removed);
        assert_eq!(kept[1].body.text(), "");
        let bytes = std::fs::read(rig.data.cache()).expect("read");
        assert!(
            !bytes.windows(5).any(|part| part == b"xyzzy"),
            "on the disk"
        );
    }
}

#[test]
fn bounded_what_is_known_of_edits_goes_with_them() {
    let mut rig = Rig::new();
    rig.limits.entries_max = 100;
    rig.run(
        1,
        [
            conversation(LOBBY, "#lobby"),
            entries(LOBBY, [1]),
            edit(2, 1, "x"),
        ],
    );
    rig.run(1, [entries(LOBBY, 3..=2_200)]);
    let db = Connection::open(rig.data.cache()).expect("opened");
    let edits: i64 = db
        .query_row("SELECT count(*) FROM edits", [], |row| row.get(0))
        .expect("counted");
    assert_eq!(edits, 0);
}

#[test]
fn bounded_the_emoji_used_last_survive_on_whatever_server() {
    let rig = Rig::new();
    let used = |n: u32| Store::EmojiUsed(format!("e{n}"));
    rig.run(1, (0..50).map(used));
    rig.run(2, [used(40), used(7)]);
    let emoji = rig.next().cached.emoji;
    assert_eq!(emoji.len(), 24);
    assert_eq!(emoji[..3], ["e7", "e40", "e49"]);
}

#[test]
fn reactions_on_their_way_survive_but_are_given_back_to_nobody() {
    let rig = Rig::new();
    let (of, emoji) = (Seq(1), Text::new("👍"));
    let pending = Pending {
        post: PostId([9; 16]),
        conversation: LOBBY,
        body: Body::Reaction { of, emoji },
    };
    rig.run(
        1,
        [
            conversation(LOBBY, "#lobby"),
            Store::Pending(pending.clone()),
        ],
    );
    assert_eq!(rig.next().cached.pending, [pending]);
    // In another store its number means nothing.
    rig.run(2, [conversation(LOBBY, "#lobby")]);
    assert_eq!(rig.next().cached.orphans, []);
}
