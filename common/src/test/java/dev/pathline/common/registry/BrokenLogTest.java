package dev.pathline.common.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.port.ModelRegistry.BrokenCard;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

class BrokenLogTest {

    private final List<String> lines = new ArrayList<>();
    private final BrokenLog log = new BrokenLog(new Lines(lines));

    /** A logger that keeps what it is told. */
    private static final class Lines extends LegacyAbstractLogger {

        private static final long serialVersionUID = 1L;

        private final transient List<String> lines;

        Lines(List<String> lines) {
            this.lines = lines;
        }

        @Override
        protected String getFullyQualifiedCallerName() {
            return "";
        }

        @Override
        protected void handleNormalizedLoggingCall(Level level, Marker marker, String message, Object[] arguments,
                Throwable throwable) {
            lines.add(level + " " + MessageFormatter.arrayFormat(message, arguments).getMessage());
        }

        @Override
        public boolean isTraceEnabled() {
            return true;
        }

        @Override
        public boolean isDebugEnabled() {
            return true;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }

    @Test
    void shouldSayWhatIsBrokenOnceUntilItIsWhole() {
        var config = new BrokenCard("shoes/2", "unet/config.json is missing");
        var weights = new BrokenCard("shoes/2", "the weights are missing");
        var other = new BrokenCard("hats/1", "it is no card");
        log.say(List.of(config));
        log.say(List.of(config, other));
        log.say(List.of(other, weights));
        log.say(List.of(weights, other));
        assertThat(lines).containsExactly("WARN Skipping shoes/2: unet/config.json is missing",
                "WARN Skipping hats/1: it is no card");

        log.say(List.of(other));
        log.say(List.of());
        assertThat(lines).hasSize(4).endsWith("INFO shoes/2 is no longer skipped", "INFO hats/1 is no longer skipped");
        log.say(List.of(config));
        assertThat(lines).hasSize(5);
    }
}
