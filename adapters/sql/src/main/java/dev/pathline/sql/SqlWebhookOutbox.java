package dev.pathline.sql;

import dev.pathline.common.port.WebhookOutbox;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Webhooks in a table. Each method is one statement. */
public final class SqlWebhookOutbox implements WebhookOutbox {

    private static final String ADD = """
            insert into webhook_delivery (id, owner, url, body, state, due, added_at)
            values (?, cast(? as text), ?, ?, 'pending', NOW, NOW) on conflict do nothing""";
    private static final String TAKE = """
            update webhook_delivery set due = NOW + ?, attempts = attempts + 1
            where id in (select id from webhook_delivery where due <= NOW order by due limit ? LOCKED)
            returning id, owner, url, body, attempts""";
    private static final String FAILED = """
            update webhook_delivery set state = ?, due = NOW + cast(? as bigint), error = ? where id = ? and state = 'pending'""";
    private static final String REVIVE = """
            update webhook_delivery set state = 'pending', due = NOW, attempts = 0, error = null
            where id = ? and state = 'dead' and (cast(? as text) is null or owner = ?)
            returning id, url, state, attempts, due, error""";
    private static final int LONGEST_ERROR = 500;

    private final SqlDatabase database;

    /** The webhooks in a database. */
    public SqlWebhookOutbox(SqlDatabase database) {
        this.database = database;
    }

    private JdbcClient.StatementSpec sql(String statement) {
        return database.client().sql(statement.replace("NOW", database.dialect().now()).replace("LOCKED",
                database.dialect().skipLocked()));
    }

    @Override
    public void add(Message message) {
        database.ask(() -> sql(ADD).param(message.id()).param(message.owner()).param(message.url())
                .param(message.body()).update());
    }

    @Override
    public List<Due> take(int limit, Duration again) {
        return database.ask(() -> sql(TAKE).param(Micros.of(again)).param(limit)
                .query((row, number) -> new Due(new Message(row.getString("id"), row.getString("owner"),
                        row.getString("url"), row.getString("body")), row.getInt("attempts")))
                .list());
    }

    @Override
    public void delivered(String id) {
        database.ask(() -> sql("update webhook_delivery set state = 'delivered', due = null, error = null where id = ?")
                .param(id).update());
    }

    @Override
    public void failed(String id, @Nullable Duration again, String error) {
        String shown = error.length() > LONGEST_ERROR ? error.substring(0, LONGEST_ERROR) : error;
        database.ask(() -> sql(FAILED).param((again == null ? State.DEAD : State.PENDING).wire())
                .param(again == null ? null : Micros.of(again)).param(shown).param(id).update());
    }

    @Override
    public Optional<Delivery> revive(String id, @Nullable String owner) {
        return database.ask(() -> sql(REVIVE).param(id).param(owner).param(owner).query(SqlWebhookOutbox::delivery)
                .optional());
    }

    @Override
    public Page list(Query query) {
        var listing = new Listing(query.limit(), query.cursor()).where("owner = ?", query.owner()).where("state = ?",
                query.state() == null ? null : query.state().wire());
        List<Delivery> found = database.ask(() -> sql(listing.statement(
                "select id, url, state, attempts, due, error from webhook_delivery")).params(listing.values())
                .query(SqlWebhookOutbox::delivery).list());
        return new Page(listing.page(found), listing.next(found, Delivery::id));
    }

    @Override
    public void forget(Duration age) {
        database.ask(() -> sql("delete from webhook_delivery where state <> 'pending' and added_at < NOW - ?")
                .param(Micros.of(age)).update());
    }

    private static Delivery delivery(ResultSet row, int number) throws SQLException {
        long due = row.getLong("due");
        boolean none = row.wasNull();
        return new Delivery(row.getString("id"), row.getString("url"),
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)), row.getInt("attempts"),
                none ? null : Micros.time(due), row.getString("error"));
    }
}
