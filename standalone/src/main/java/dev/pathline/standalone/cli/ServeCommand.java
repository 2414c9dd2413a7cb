package dev.pathline.standalone.cli;

import dev.pathline.engine.torch.Torch;
import dev.pathline.standalone.server.StandaloneServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "${env:PATHLINE_PORT:-8080}",
            description = "the port, 0 for any (default: ${DEFAULT-VALUE}; also PATHLINE_PORT)")
    private int port;

    @Option(names = "--address", paramLabel = "ADDRESS", defaultValue = "${env:PATHLINE_ADDRESS:-127.0.0.1}",
            description = "the address to listen on (default: ${DEFAULT-VALUE}, this machine only; there is no"
                    + " authentication; also PATHLINE_ADDRESS)")
    private String address = "127.0.0.1";

    @Option(names = "--device", paramLabel = "DEVICE", defaultValue = "${env:PATHLINE_DEVICE:-auto}",
            description = "auto, cpu or cuda:N (default: ${DEFAULT-VALUE}; also PATHLINE_DEVICE)")
    private String device = "auto";

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Parameters(paramLabel = "SETTING", description = "further settings, such as --pathline.worker.threads=1, after --")
    private List<String> settings = List.of();

    @Override
    public Integer call() throws Exception {
        requireFree();
        // What a worker needs is looked at here, where an error is still one sentence.
        Torch.open(device);
        System.setProperty("pathline.log.level", "INFO");
        var arguments = new ArrayList<String>();
        arguments.add("--server.port=" + port);
        arguments.add("--server.address=" + address);
        arguments.add("--pathline.worker.device=" + device);
        arguments.addAll(models.serverArguments());
        arguments.add("--pathline.trainer.device=" + device);
        arguments.addAll(settings);
        var application = new SpringApplication(StandaloneServer.class);
        var closed = new CountDownLatch(1);
        application.addListeners(event -> {
            if (event instanceof ContextClosedEvent) {
                closed.countDown();
            }
        });
        ConfigurableApplicationContext context = application.run(arguments.toArray(String[]::new));
        announce(context);
        closed.await();
        return 0;
    }

    private void announce(ConfigurableApplicationContext context) {
        var server = ((WebServerApplicationContext) context).getWebServer();
        int bound = server == null ? port : server.getPort();
        System.out.println("Pathline is ready: http://" + (isLoopback() ? "localhost" : address) + ":" + bound);
        if (models.registry().list().isEmpty()) {
            System.out
                    .println("There are no models in " + models.locations()
                            + " yet; train one with: pathline train SPEC");
        }
    }

    /** Spring would say so too, after seconds and at length. */
    private void requireFree() throws IOException {
        if (port == 0) {
            return;
        }
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        } catch (BindException e) {
            throw new IllegalStateException(isPathline()
                    ? "another Pathline already runs at http://localhost:" + port
                            + "; stop it, or choose another port with --port"
                    : "port " + port + " on " + address + " cannot be used (" + e.getMessage()
                            + "); choose another with --port",
                    e);
        }
    }

    private boolean isPathline() {
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

    private boolean isLoopback() {
        return address.startsWith("127.") || address.equals("localhost");
    }
}
