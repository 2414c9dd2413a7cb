package dev.pathline.api.service;

import dev.pathline.api.ApiServiceConfiguration;
import dev.pathline.distributed.JobsConfiguration;
import dev.pathline.distributed.RemoteTrainerConfiguration;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The API in a process of its own; as many as one likes, all alike. Configured by {@code api-application.yml} and what it imports. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ApiServiceConfiguration.class, JobsConfiguration.class, RemoteTrainerConfiguration.class})
public class ApiApplication {

    /** Runs the API until it is told to stop. */
    public static void main(String[] arguments) {
        var application = new SpringApplication(ApiApplication.class);
        application.setDefaultProperties(Map.of("spring.config.name", "api-application,application"));
        application.run(arguments);
    }
}
