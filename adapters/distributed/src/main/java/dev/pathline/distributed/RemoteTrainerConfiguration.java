package dev.pathline.distributed;

import dev.pathline.common.port.TrainingRuns;
import dev.pathline.http.HttpTrainingRuns;
import java.net.URI;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The trainer of another process, where {@code pathline.remote-trainer.url} names one. */
@Configuration(proxyBeanMethods = false)
public class RemoteTrainerConfiguration {

    @Bean
    @ConditionalOnExpression("!'${pathline.remote-trainer.url:}'.isEmpty()")
    TrainingRuns trainingRuns(@Value("${pathline.remote-trainer.url}") URI url,
            @Value("${pathline.remote-trainer.timeout:30s}") Duration timeout) {
        return new HttpTrainingRuns(url, timeout);
    }
}
