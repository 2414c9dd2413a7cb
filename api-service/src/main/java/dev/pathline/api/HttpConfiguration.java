package dev.pathline.api;

import dev.pathline.api.concurrent.Departures;
import dev.pathline.api.error.ProblemHandler;
import dev.pathline.api.error.RequestIds;
import dev.pathline.api.request.BodyReader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/** What every request passes, whatever it asks for. */
@Configuration(proxyBeanMethods = false)
class HttpConfiguration {

    @Bean
    RequestIds requestIds() {
        return new RequestIds();
    }

    @Bean
    ProblemHandler problemHandler() {
        return new ProblemHandler();
    }

    @Bean
    Departures departures() {
        return new Departures();
    }

    /** The page's own route, which is Spring Boot's, answers GET alone. */
    @Bean
    RouterFunction<ServerResponse> pageHead() {
        return RouterFunctions.route(RequestPredicates.method(HttpMethod.HEAD).and(RequestPredicates.path("/")),
                request -> ServerResponse.ok().contentType(MediaType.TEXT_HTML).build());
    }

    @Bean
    BodyReader bodyReader(ApiProperties properties) {
        return new BodyReader((int) properties.maxBody().toBytes(), properties.bodyTimeout());
    }
}
