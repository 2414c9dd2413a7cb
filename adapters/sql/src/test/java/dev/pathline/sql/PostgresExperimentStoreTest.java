package dev.pathline.sql;

import dev.pathline.common.port.ExperimentStore;
import dev.pathline.common.port.ExperimentStoreContract;
import org.junit.jupiter.api.AfterEach;

class PostgresExperimentStoreTest extends ExperimentStoreContract {

    private SqlDatabase database;

    @AfterEach
    void close() {
        database.close();
    }

    @Override
    protected ExperimentStore create() {
        database = SqlDatabase.open(TestPostgres.fresh());
        return new SqlExperimentStore(database);
    }
}
