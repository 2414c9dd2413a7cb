package dev.pathline.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.port.WebhookOutbox;
import dev.pathline.common.port.WebhookOutbox.Delivery;
import dev.pathline.common.port.WebhookOutbox.Due;
import dev.pathline.common.port.WebhookOutbox.Message;
import dev.pathline.common.port.WebhookOutbox.Page;
import dev.pathline.common.port.WebhookOutbox.Query;
import dev.pathline.common.port.WebhookOutbox.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SqlWebhookOutboxTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private SqlDatabase database;

    @AfterEach
    void close() {
        database.close();
    }

    private WebhookOutbox open(Dialect dialect) {
        database = SqlDatabase.open(dialect == Dialect.SQLITE ? SqlDatabase.Settings.memory() : TestPostgres.fresh());
        return new SqlWebhookOutbox(database);
    }

    private static Message message(String id, @Nullable String owner) {
        return new Message(id, owner, "https://example.com/" + id, "{\"id\":\"" + id + "\"}");
    }

    private static List<String> ids(Page page) {
        return page.deliveries().stream().map(Delivery::id).toList();
    }

    @ParameterizedTest
    @EnumSource
    void shouldSendUntilItIsHeard(Dialect dialect) {
        WebhookOutbox outbox = open(dialect);
        outbox.add(message("a", "ada"));
        outbox.add(new Message("a", "ada", "https://example.com/other", "{}"));
        List<Due> first = outbox.take(9, HOUR);
        assertThat(first).containsExactly(new Due(message("a", "ada"), 1));
        assertThat(outbox.take(9, HOUR)).as("somebody has it").isEmpty();
        outbox.failed("a", Duration.ZERO, "503");
        assertThat(outbox.list(new Query(null, State.PENDING, 9, null)).deliveries()).singleElement()
                .satisfies(delivery -> assertThat(delivery.error()).isEqualTo("503"));
        assertThat(outbox.take(9, HOUR)).containsExactly(new Due(message("a", "ada"), 2));
        outbox.delivered("a");
        assertThat(outbox.take(9, Duration.ZERO)).isEmpty();
        assertThat(outbox.list(new Query(null, null, 9, null)).deliveries()).containsExactly(new Delivery("a",
                "https://example.com/a", State.DELIVERED, 2, null, null));
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveWhatSomebodyHasLostToTheNext(Dialect dialect) {
        WebhookOutbox outbox = open(dialect);
        outbox.add(message("a", null));
        assertThat(outbox.take(9, Duration.ZERO)).hasSize(1);
        assertThat(outbox.take(9, HOUR)).containsExactly(new Due(message("a", null), 2));
    }

    @ParameterizedTest
    @EnumSource
    void shouldListTheDeadAndSendThemAgain(Dialect dialect) {
        WebhookOutbox outbox = open(dialect);
        for (String id : List.of("a", "b", "c")) {
            outbox.add(message(id, id.equals("c") ? "bob" : "ada"));
        }
        outbox.take(9, HOUR);
        outbox.failed("a", null, "x".repeat(1000));
        outbox.failed("c", null, "gone");
        assertThat(ids(outbox.list(new Query(null, State.DEAD, 9, null)))).containsExactly("c", "a");
        assertThat(ids(outbox.list(new Query("ada", null, 9, null)))).containsExactly("b", "a");
        Page first = outbox.list(new Query(null, null, 2, null));
        assertThat(ids(first)).containsExactly("c", "b");
        assertThat(ids(outbox.list(new Query(null, null, 2, first.nextCursor())))).containsExactly("a");
        assertThat(outbox.revive("c", "ada")).as("of somebody else").isEmpty();
        assertThat(outbox.revive("b", "ada")).as("not dead").isEmpty();
        assertThat(outbox.revive("c", null).orElseThrow().state()).isEqualTo(State.PENDING);
        assertThat(outbox.take(9, HOUR)).containsExactly(new Due(message("c", "bob"), 1));
        outbox.forget(Duration.ZERO);
        assertThat(ids(outbox.list(new Query(null, null, 9, null)))).as("the dead are forgotten").containsExactly("c",
                "b");
        outbox.failed("a", HOUR, "too late");
        assertThat(ids(outbox.list(new Query(null, null, 9, null)))).containsExactly("c", "b");
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveEachToOne(Dialect dialect) {
        WebhookOutbox outbox = open(dialect);
        for (int i = 0; i < 40; i++) {
            outbox.add(message("job" + i, null));
        }
        var taken = new ConcurrentLinkedQueue<String>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                threads.submit(() -> outbox.take(4, HOUR).forEach(due -> taken.add(due.message().id())));
            }
        }
        assertThat(taken).doesNotHaveDuplicates();
        outbox.take(40, HOUR).forEach(due -> taken.add(due.message().id()));
        assertThat(taken).hasSize(40).doesNotHaveDuplicates();
    }
}
