package dev.pathline.trainer.service;

import dev.pathline.common.model.UnsealedCheck;
import dev.pathline.distributed.ServiceConfiguration;
import dev.pathline.distributed.TrainerEndpointConfiguration;
import dev.pathline.engine.checkpoint.CompleteFiles;
import dev.pathline.trainer.runs.TrainerConfiguration;
import dev.pathline.trainer.runs.TrainerService;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** A trainer in a process of its own. Configured by {@code trainer-application.yml} and what it imports. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({TrainerConfiguration.class, ServiceConfiguration.class, TrainerEndpointConfiguration.class})
public class TrainerApplication {

    /** Runs a trainer until it is told to stop. */
    public static void main(String[] arguments) {
        var application = new SpringApplication(TrainerApplication.class);
        application.setDefaultProperties(Map.of("spring.config.name", "trainer-application,application"));
        application.run(arguments);
    }

    @Bean
    UnsealedCheck unsealedCheck() {
        return new CompleteFiles()::incomplete;
    }

    @Bean
    TrainerHealthIndicator trainerHealthIndicator(TrainerService trainer) {
        return new TrainerHealthIndicator(trainer);
    }
}
