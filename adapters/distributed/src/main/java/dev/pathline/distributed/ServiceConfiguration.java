package dev.pathline.distributed;

import dev.pathline.common.inprocess.DirectoryModelRegistry;
import dev.pathline.common.model.UnsealedCheck;
import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.common.port.ModelStore;
import dev.pathline.s3.S3ModelRegistry;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.context.support.DefaultLifecycleProcessor;

/** What every service in a process of its own has: the time, a bound for its stop, and the models. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DistributedProperties.class)
public class ServiceConfiguration {

    private static final Duration LAST_BYTES = Duration.ofSeconds(1);

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    StopClock stopClock(DistributedProperties properties) {
        return new StopClock(properties.stopWithin());
    }

    /** No phase is waited for beyond the whole time, and the web server only for answers that are just being sent. */
    @Bean(AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME)
    DefaultLifecycleProcessor lifecycleProcessor(StopClock stops) {
        var processor = new DefaultLifecycleProcessor();
        processor.setTimeoutPerShutdownPhase(stops.within().toMillis());
        processor.setTimeoutForShutdownPhase(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE,
                LAST_BYTES.toMillis());
        return processor;
    }

    /** Who can tell whether a model that somebody copied here is whole says so; others take what is registered. */
    @Bean
    ModelStore modelRegistry(DistributedProperties properties, Clock clock, ObjectProvider<UnsealedCheck> check) {
        DistributedProperties.Registry registry = properties.registry();
        return switch (registry.kind()) {
            case DIRECTORY -> new DirectoryModelRegistry(registry.directories(), registry.refresh(), clock,
                    check.getIfAvailable(() -> UnsealedCheck.CARD_ALONE));
            case S3 -> new S3ModelRegistry(registry.s3().settings(), clock);
        };
    }
}
