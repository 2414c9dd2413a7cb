package dev.pathline.api;

import dev.pathline.api.access.AccessFilter;
import dev.pathline.api.access.Admission;
import dev.pathline.api.access.CallerArgument;
import dev.pathline.api.access.KeyFilter;
import dev.pathline.api.access.KnownKeys;
import dev.pathline.api.access.ProxyHeaders;
import dev.pathline.api.access.SecurityHeaders;
import dev.pathline.api.access.SessionController;
import dev.pathline.api.error.RequestIds;
import dev.pathline.api.request.BodyReader;
import dev.pathline.common.port.KeyStore;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.port.RateLimits;
import java.net.InetAddress;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;

/** Who may ask, and for what. Needs a {@link KeyStore} and {@link RateLimits}. */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(AccessConfiguration.class);

    /**
     * Whether keys are asked for.
     *
     * @param asked whether
     */
    record Keys(boolean asked) {}

    @Bean
    Keys keys(ApiProperties properties, ServerProperties server) {
        InetAddress address = server.getAddress();
        boolean local = address != null && address.isLoopbackAddress();
        return new Keys(switch (properties.keys().required()) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> !local;
        });
    }

    @Bean
    KnownKeys knownKeys(KeyStore store, ApiProperties properties, Clock clock) {
        return new KnownKeys(store, properties.keys().admin(), clock);
    }

    @Bean
    SecurityHeaders securityHeaders(ApiProperties properties) {
        return new SecurityHeaders(!properties.origins().isEmpty());
    }

    @Bean
    KeyFilter keyFilter(Keys keys, KnownKeys known, Environment environment) {
        return new KeyFilter(keys.asked(), known, ManagementPortType.get(environment) == ManagementPortType.DIFFERENT);
    }

    @Bean
    SessionController sessionController(Keys keys, KnownKeys known, BodyReader bodies) {
        return new SessionController(keys.asked(), known, bodies);
    }

    @Bean
    Admission admission(RateLimits limits) {
        return new Admission(limits);
    }

    @Bean
    WebFluxConfigurer callers() {
        return new WebFluxConfigurer() {

            @Override
            public void configureArgumentResolvers(ArgumentResolverConfigurer configurer) {
                configurer.addCustomResolver(new CallerArgument());
            }
        };
    }

    /** Who starts a server for the first time is told what is missing. */
    @Bean
    ApplicationRunner keysAtStart(Keys keys, KnownKeys known) {
        return _ -> {
            if (!keys.asked()) {
                LOG.info("no API keys are asked for: everybody who reaches this server may do everything");
                return;
            }
            try {
                if (known.isEmpty()) {
                    LOG.warn("API keys are asked for, and there is none yet: ./pathline keys create makes one,"
                            + " and pathline.api.keys.admin (PATHLINE_API_KEYS_ADMIN) names one");
                }
            } catch (PortUnavailableException e) {
                LOG.debug("whether there are keys is not known now", e);
            }
        };
    }

    /** By this name Spring finds it. */
    @Bean
    ProxyHeaders forwardedHeaderTransformer() {
        return new ProxyHeaders();
    }

    @Bean
    AccessFilter accessFilter(ApiProperties properties, ServerProperties server) {
        return new AccessFilter(properties.hosts(), properties.origins(), server.getAddress());
    }

    /** Lets the configured pages of other servers ask first, as browsers do, and read the answers, also that they need a key. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE + 15)
    CorsWebFilter corsFilter(AccessFilter access) {
        var pages = new CorsConfiguration();
        pages.setAllowedOriginPatterns(List.of("*")); // those that get here are the configured ones
        pages.setAllowedMethods(List.of("*"));
        pages.setAllowedHeaders(List.of("*"));
        pages.setExposedHeaders(List.of("Location", "Retry-After", "Pathline-Arm", RequestIds.HEADER));
        return new CorsWebFilter(exchange -> {
            String origin = exchange.getRequest().getHeaders().getFirst(HttpHeaders.ORIGIN);
            return origin != null && access.isConfigured(origin) ? pages : null;
        });
    }
}
