package dev.pathline.sql;

import dev.pathline.common.access.ApiKey;
import dev.pathline.common.port.KeyStore;
import dev.pathline.common.wire.Json;
import java.util.List;
import java.util.Optional;

/** API keys in a table. */
public final class SqlKeyStore implements KeyStore {

    private final SqlDatabase database;

    /** The keys in a database. */
    public SqlKeyStore(SqlDatabase database) {
        this.database = database;
    }

    @Override
    public Optional<ApiKey> find(String id) {
        return database.ask(() -> database.client().sql("select record from api_key where id = ?").param(id)
                .query(String.class).optional()).map(SqlKeyStore::read);
    }

    @Override
    public List<ApiKey> list() {
        return database.ask(() -> database.client().sql("select record from api_key order by created_at, id")
                .query(String.class).list()).stream().map(SqlKeyStore::read).toList();
    }

    @Override
    public void put(ApiKey key) {
        database.ask(() -> database.client().sql("""
                insert into api_key (id, created_at, record) values (?, ?, ?)
                on conflict (id) do update set record = excluded.record""").param(key.id())
                .param(Micros.of(key.createdAt())).param(Json.MAPPER.writeValueAsString(key)).update());
    }

    private static ApiKey read(String record) {
        return Json.MAPPER.readValue(record, ApiKey.class);
    }
}
