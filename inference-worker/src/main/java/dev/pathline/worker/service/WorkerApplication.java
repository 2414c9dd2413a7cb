package dev.pathline.worker.service;

import dev.pathline.common.model.UnsealedCheck;
import dev.pathline.distributed.JobsConfiguration;
import dev.pathline.engine.checkpoint.CompleteFiles;
import dev.pathline.worker.InferenceWorker;
import dev.pathline.worker.WorkerConfiguration;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** A worker in a process of its own; as many as there are devices. Configured by {@code worker-application.yml} and what it imports. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({WorkerConfiguration.class, JobsConfiguration.class})
public class WorkerApplication {

    /** Runs a worker until it is told to stop. */
    public static void main(String[] arguments) {
        var application = new SpringApplication(WorkerApplication.class);
        application.setDefaultProperties(Map.of("spring.config.name", "worker-application,application"));
        application.run(arguments);
    }

    @Bean
    UnsealedCheck unsealedCheck() {
        return new CompleteFiles()::incomplete;
    }

    @Bean
    WorkerHealthIndicator workerHealthIndicator(InferenceWorker worker) {
        return new WorkerHealthIndicator(worker);
    }
}
