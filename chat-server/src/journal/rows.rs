//! Rows that are inserted several with one statement: starting and ending one costs SQLite about as much
//! as a row does.

use rusqlite::{Statement, ToSql, Transaction};

/// Rows of one statement. With more it takes no less time for each.
const ROWS: usize = 8;

/// How a kind of rows is inserted.
pub(super) struct Insert {
    /// The statement, up to and with `VALUES`.
    pub(super) into: &'static str,
    /// Values of a row.
    pub(super) columns: usize,
}

impl Insert {
    /// Inserts `rows` in order. `values` binds those of one.
    pub(super) fn all<T>(
        &self,
        transaction: &Transaction<'_>,
        rows: &[T],
        values: impl Fn(&T, &mut Values<'_, '_>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let (several, rest) = rows.as_chunks::<ROWS>();
        let run = |rows: &[T], sql: &str| {
            let statement = &mut *transaction.prepare_cached(sql)?;
            let mut bound = Values { statement, next: 1 };
            rows.iter().try_for_each(|row| values(row, &mut bound))?;
            bound.statement.raw_execute().map(|_| ())
        };
        if !several.is_empty() {
            let sql = self.sql(ROWS);
            several.iter().try_for_each(|rows| run(rows, &sql))?;
        }
        if !rest.is_empty() {
            let sql = self.sql(1);
            rest.chunks(1).try_for_each(|row| run(row, &sql))?;
        }
        Ok(())
    }

    fn sql(&self, rows: usize) -> String {
        let row = format!("({})", ["?"].repeat(self.columns).join(", "));
        format!("{} {}", self.into, vec![row; rows].join(", "))
    }
}

/// The values of a statement, bound one after the other.
pub(super) struct Values<'a, 'c> {
    statement: &'a mut Statement<'c>,
    next: usize,
}

impl Values<'_, '_> {
    /// Binds the next one.
    pub(super) fn push(&mut self, value: impl ToSql) -> rusqlite::Result<()> {
        self.statement.raw_bind_parameter(self.next, value)?;
        self.next += 1;
        Ok(())
    }
}
