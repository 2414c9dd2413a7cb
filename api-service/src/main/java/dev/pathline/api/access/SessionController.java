package dev.pathline.api.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pathline.api.request.BodyReader;
import dev.pathline.api.request.SessionReader;
import dev.pathline.common.access.Role;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** {@code /session}: how the page says a key once, and has it in a cookie from then on. */
@RestController
@Tag(name = "Session")
public final class SessionController {

    private static final Duration KEPT = Duration.ofDays(30);

    private final boolean required;
    private final KnownKeys keys;
    private final BodyReader bodies;

    /**
     * A controller.
     *
     * @param required whether keys are asked for
     */
    public SessionController(boolean required, KnownKeys keys, BodyReader bodies) {
        this.required = required;
        this.keys = keys;
        this.bodies = bodies;
    }

    /**
     * Who the browser is known as.
     *
     * @param required whether keys are asked for
     * @param known whether it has said one, or needs none
     * @param name the key's name; left out without one
     * @param roles what it may do
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Session(boolean required, boolean known, @Nullable String name, List<String> roles) {

        /** Copies the list. */
        public Session {
            roles = List.copyOf(roles);
        }

        static Session of(boolean required, Caller caller) {
            return new Session(required, !caller.roles().isEmpty(), caller.name(),
                    caller.roles().stream().sorted().map(Role::wire).toList());
        }
    }

    /** Who am I. */
    @GetMapping("/session")
    @Operation(summary = "Whether keys are asked for, and as whom the browser's cookie is known")
    public Mono<ResponseEntity<Session>> get(@Parameter(hidden = true) ServerHttpRequest http) {
        HttpCookie cookie = http.getCookies().getFirst(KeyFilter.COOKIE);
        Mono<Caller> caller = !required
                ? Mono.just(Caller.EVERYBODY)
                : cookie == null ? Mono.just(Caller.NOBODY) : keys.caller(cookie.getValue());
        return caller.defaultIfEmpty(Caller.NOBODY).map(found -> ResponseEntity.ok()
                .cacheControl(CacheControl.noStore()).body(Session.of(required, found)));
    }

    /** Begins. */
    @PostMapping("/session")
    @Operation(summary = "Say a key once: from then on the browser's cookie says it",
            requestBody = @RequestBody(required = true, content = @Content(mediaType = "application/json",
                    schema = @Schema(implementation = SessionReader.Opening.class))),
            responses = @ApiResponse(responseCode = "200", description = "As whom the browser is known now"))
    public Mono<ResponseEntity<Session>> open(@Parameter(hidden = true) ServerHttpRequest http) {
        return bodies.json(http).map(SessionReader::read).flatMap(opening -> keys.caller(opening.key())
                .switchIfEmpty(
                        Mono.error(() -> new ApiException(ErrorCode.UNAUTHENTICATED, "The API key is not known")))
                .map(caller -> ResponseEntity.ok().cacheControl(CacheControl.noStore())
                        .header(HttpHeaders.SET_COOKIE, cookie(http, opening.key(), KEPT).toString())
                        .body(Session.of(required, caller))));
    }

    /** Ends. */
    @DeleteMapping("/session")
    @Operation(summary = "Forget the browser's key", responses = @ApiResponse(responseCode = "204",
            description = "It is forgotten"))
    public Mono<ResponseEntity<Void>> close(@Parameter(hidden = true) ServerHttpRequest http) {
        return Mono.just(ResponseEntity.noContent()
                .header(HttpHeaders.SET_COOKIE, cookie(http, "", Duration.ZERO).toString()).build());
    }

    private static ResponseCookie cookie(ServerHttpRequest http, String value, Duration age) {
        return ResponseCookie.from(KeyFilter.COOKIE, value).httpOnly(true).sameSite("Strict")
                .secure("https".equalsIgnoreCase(http.getURI().getScheme())).path(PublicPath.of(http) + "/").maxAge(age)
                .build();
    }
}
