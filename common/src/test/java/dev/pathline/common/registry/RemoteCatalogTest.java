package dev.pathline.common.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.port.RegistryUnavailableException;
import dev.pathline.common.testing.Models;
import dev.pathline.common.testing.MutableClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class RemoteCatalogTest {

    private static final Duration AGE = Duration.ofSeconds(5);

    private final MutableClock clock = new MutableClock();
    private final Deque<Runnable> background = new ArrayDeque<>();
    private final RemoteCatalog catalog = new RemoteCatalog(this::look, AGE, clock, background::add);
    private boolean away;
    private int looks;
    private int versions = 1;
    private Runnable during = () -> {
    };

    private Catalog look() {
        looks++;
        int seen = versions;
        during.run();
        if (away) {
            throw new RegistryUnavailableException("nobody answers", new IOException("timed out"));
        }
        var builder = new Catalog.Builder();
        for (int i = 1; i <= seen; i++) {
            builder.add("shoes", Integer.toString(i), "there", Models.card("shoes"), Instant.EPOCH, null);
        }
        return builder.build();
    }

    private int known() {
        return catalog.get().models().size();
    }

    @Test
    void shouldLookAgainWhenAnAnswerIsTooOld() {
        assertThat(known()).isEqualTo(1);
        versions = 2;
        assertThat(known()).isEqualTo(1);
        clock.advance(AGE);
        assertThat(known()).isEqualTo(2);
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void shouldAnswerWhatWasKnownAndAskLessAndLessOften() {
        known();
        away = true;
        clock.advance(AGE);
        Instant start = clock.instant();

        // Ten minutes in which somebody asks every second.
        for (int second = 0; second < 600; second++) {
            assertThat(known()).isEqualTo(1);
            background.forEach(Runnable::run);
            background.clear();
            clock.advance(Duration.ofSeconds(1));
        }

        // The first, then after 1, 2, 4, 8, 16 and 32 seconds, then every minute.
        assertThat(looks - 1).isEqualTo(1 + 6 + 8);
        assertThat(catalog.outage()).hasValueSatisfying(outage -> {
            assertThat(outage.since()).isEqualTo(start);
            assertThat(outage.reason()).isEqualTo("nobody answers");
        });
    }

    @Test
    void shouldLetNobodyWaitForALookThatWillProbablyFail() {
        known();
        away = true;
        clock.advance(AGE);
        known();
        clock.advance(RemoteCatalog.FIRST_PAUSE);
        int before = looks;

        assertThat(known()).isEqualTo(1);
        assertThat(known()).isEqualTo(1);
        assertThat(looks).isEqualTo(before);
        assertThat(background).as("one for all").hasSize(1);
    }

    @Test
    void shouldEndTheOutageWithTheFirstLookThatSucceeds() {
        known();
        away = true;
        clock.advance(AGE);
        known();
        away = false;
        versions = 2;
        clock.advance(RemoteCatalog.FIRST_PAUSE);
        known();
        background.remove().run();

        assertThat(known()).isEqualTo(2);
        assertThat(catalog.outage()).isEmpty();
        clock.advance(AGE);
        versions = 3;
        assertThat(known()).isEqualTo(3);
    }

    @Test
    void shouldRepeatTheReasonWhileNothingIsKnown() {
        away = true;
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(catalog::get).isInstanceOf(RegistryUnavailableException.class)
                    .hasMessage("nobody answers");
        }
        assertThat(looks).isEqualTo(1);
        clock.advance(RemoteCatalog.FIRST_PAUSE);
        away = false;
        assertThat(known()).isEqualTo(1);
    }

    @Test
    void shouldNotSayThatSomethingIsMissingWhileItIsAway() {
        known();
        versions = 2;
        assertThat(catalog.again().models()).extracting(RegisteredModel::version).containsExactly("2", "1");
        away = true;
        clock.advance(AGE);
        known();
        int before = looks;
        assertThatThrownBy(catalog::again).isInstanceOf(RegistryUnavailableException.class);
        assertThat(looks).as("it was asked a moment ago").isEqualTo(before);
        assertThatThrownBy(catalog::fresh).isInstanceOf(RegistryUnavailableException.class);
        assertThat(looks).as("a writer has to know").isEqualTo(before + 1);
    }

    @Test
    void shouldLookAfterAWriteEvenIfItCameDuringALook() {
        known();
        versions = 2;
        catalog.changed();
        assertThat(known()).isEqualTo(2);

        clock.advance(AGE);
        during = () -> {
            during = () -> {
            };
            versions = 3;
            catalog.changed();
        };
        assertThat(known()).as("the look began before the write").isEqualTo(2);
        assertThat(known()).isEqualTo(3);
    }
}
