package dev.pathline.api;

import dev.pathline.api.access.AccessFilter;
import dev.pathline.api.access.ProxyHeaders;
import dev.pathline.api.concurrent.Departures;
import dev.pathline.api.error.ProblemHandler;
import dev.pathline.api.error.RequestIds;
import dev.pathline.api.request.BodyReader;
import java.util.List;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
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

    /** By this name Spring finds it. */
    @Bean
    ProxyHeaders forwardedHeaderTransformer() {
        return new ProxyHeaders();
    }

    @Bean
    Departures departures() {
        return new Departures();
    }

    @Bean
    AccessFilter accessFilter(ApiProperties properties, ServerProperties server) {
        return new AccessFilter(properties.hosts(), properties.origins(), server.getAddress());
    }

    /** Lets the configured pages of other servers ask first, as browsers do, and read the answers. */
    @Bean
    CorsWebFilter corsFilter(AccessFilter access) {
        var pages = new CorsConfiguration();
        pages.setAllowedOriginPatterns(List.of("*")); // those that get here are the configured ones
        pages.setAllowedMethods(List.of("*"));
        pages.setAllowedHeaders(List.of("*"));
        pages.setExposedHeaders(List.of("Location", "Retry-After", RequestIds.HEADER));
        return new CorsWebFilter(exchange -> {
            String origin = exchange.getRequest().getHeaders().getFirst(HttpHeaders.ORIGIN);
            return origin != null && access.isConfigured(origin) ? pages : null;
        });
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
