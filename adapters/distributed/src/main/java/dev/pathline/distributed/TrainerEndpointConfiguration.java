package dev.pathline.distributed;

import dev.pathline.common.port.TrainingRuns;
import dev.pathline.http.TrainerEndpoint;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Offers the trainer of this process to others. */
@Configuration(proxyBeanMethods = false)
public class TrainerEndpointConfiguration {

    @Bean
    TrainerEndpoint trainerEndpoint(TrainingRuns runs) {
        return new TrainerEndpoint(runs);
    }
}
