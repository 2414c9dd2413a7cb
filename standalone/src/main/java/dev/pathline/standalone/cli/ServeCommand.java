package dev.pathline.standalone.cli;

import dev.pathline.common.port.ModelStore;
import dev.pathline.engine.torch.Torch;
import dev.pathline.standalone.Pathline;
import dev.pathline.standalone.server.ServerSettings;
import dev.pathline.standalone.server.StandaloneServer;
import dev.pathline.worker.InferenceWorker;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathline serve}: the API, a worker, a trainer and the page in one JVM. */
@Command(name = "serve", mixinStandardHelpOptions = true,
        description = "Serve the models: the HTTP API, the page, a worker and a trainer in one JVM.")
final class ServeCommand implements Callable<Integer> {

    private static final Duration PROBE = Duration.ofSeconds(5);

    @Option(names = "--port", paramLabel = "PORT",
            description = "the port, 0 for any (default: 8080; also PATHLINE_PORT, or Spring's SERVER_PORT)")
    private @Nullable Integer port;

    @Option(names = "--address", paramLabel = "ADDRESS",
            description = "the address to listen on (default: 127.0.0.1, this machine only; at another one API keys are asked for, see"
                    + " pathline keys; also PATHLINE_ADDRESS, or Spring's SERVER_ADDRESS)")
    private @Nullable String address;

    @Option(names = "--device", paramLabel = "DEVICE",
            description = "auto, cpu or cuda:N (default: auto; also PATHLINE_DEVICE)")
    private @Nullable String device;

    @Option(names = "--state", paramLabel = "DIR",
            description = "where jobs, their events and images are kept over a restart (default: state beside ./pathline; also"
                    + " PATHLINE_STATE)")
    private @Nullable Path state;

    @Option(names = "--memory", description = "keep nothing: jobs and images are gone with the server")
    private boolean memory;

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Parameters(paramLabel = "SETTING", description = "further settings, such as --pathline.worker.threads=1, after --")
    private List<String> settings = List.of();

    @Override
    public Integer call() throws Exception {
        String[] arguments = arguments();
        // What would stop the server is looked at here, where an error is still one sentence.
        var effective = ServerSettings.of(arguments);
        requireFree(effective);
        effective.requireState();
        effective.devices().forEach(Torch::open);
        // The server's log is Spring Boot's own.
        System.clearProperty(Pathline.LOG_CONFIGURATION);
        var application = new SpringApplication(StandaloneServer.class);
        var closed = new CountDownLatch(1);
        application.addListeners(event -> {
            if (event instanceof ContextClosedEvent) {
                closed.countDown();
            }
        });
        ConfigurableApplicationContext context = application.run(arguments);
        // A page that is open sees what is loaded meanwhile; who asks has to wait for it.
        context.getBeanProvider(InferenceWorker.class).ifAvailable(worker -> worker.whenReady().join());
        if (closed.getCount() > 0) {
            announce(context, effective);
        }
        closed.await();
        return 0;
    }

    /** What was said here, and nothing else: the environment and the files say the rest, by the same rules as ever. */
    private String[] arguments() {
        var arguments = new ArrayList<String>();
        if (port != null) {
            arguments.add("--server.port=" + port);
        }
        if (address != null) {
            arguments.add("--server.address=" + address);
        }
        if (device != null) {
            arguments.add("--pathline.worker.device=" + device);
            arguments.add("--pathline.trainer.device=" + device);
        }
        if (state != null) {
            arguments.add("--pathline.standalone.state=" + state);
        }
        if (memory) {
            arguments.add("--pathline.standalone.memory=true");
        }
        arguments.addAll(models.serverArguments());
        arguments.addAll(settings);
        return arguments.toArray(String[]::new);
    }

    private static void announce(ConfigurableApplicationContext context, ServerSettings effective) {
        var server = ((WebServerApplicationContext) context).getWebServer();
        int bound = server == null ? effective.port() : server.getPort();
        System.out.println("Pathline is ready: " + effective.url(bound));
        if (context.getBean(ModelStore.class).list().isEmpty()) {
            System.out.println(
                    "There are no models in " + effective.models() + " yet; train one with: pathline train SPEC");
        }
    }

    /** Spring would say so too, after seconds and at length. */
    private static void requireFree(ServerSettings effective) throws IOException {
        if (effective.port() == 0) {
            return;
        }
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(effective.address()), effective.port()));
        } catch (BindException e) {
            throw new IllegalStateException(isPathline(effective.port())
                    ? "another Pathline already runs at http://localhost:" + effective.port()
                            + "; stop it, or choose another port with --port"
                    : "port " + effective.port() + " on " + effective.address() + " cannot be used (" + e.getMessage()
                            + "); choose another with --port",
                    e);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the address " + effective.address()
                    + " is not known here; choose one of this machine with --address", e);
        }
    }

    private static boolean isPathline(int port) {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(PROBE).build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/solvers"))
                    .timeout(PROBE).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body()
                    .contains("evaluationsPerStep");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
