package dev.pathline.trainer.runs;

import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.common.port.ModelStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The trainer, unless it is switched off. Needs a {@link ModelStore}, a {@link Clock} and a {@link MeterRegistry}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TrainerProperties.class)
@ConditionalOnProperty(name = "pathline.trainer.enabled", matchIfMissing = true)
public class TrainerConfiguration {

    /** What a process that has no other rule about stopping leaves for closing. */
    private static final Duration CLOSING = Duration.ofSeconds(10);

    @Bean
    TrainerService trainerService(TrainerProperties properties, ModelStore models, Clock clock, MeterRegistry meters,
            ObjectProvider<StopClock> stops) {
        return new TrainerService(properties, models, clock, meters,
                stops.getIfAvailable(() -> new StopClock(properties.drain().plus(CLOSING))));
    }
}
