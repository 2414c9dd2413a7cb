package dev.pathline.sql;

import dev.pathline.common.port.ExperimentStore;
import dev.pathline.common.port.ExperimentStoreContract;
import org.junit.jupiter.api.AfterEach;

class SqliteExperimentStoreTest extends ExperimentStoreContract {

    private SqlDatabase database;

    @AfterEach
    void close() {
        database.close();
    }

    @Override
    protected ExperimentStore create() {
        database = SqlDatabase.open(SqlDatabase.Settings.memory());
        return new SqlExperimentStore(database);
    }
}
