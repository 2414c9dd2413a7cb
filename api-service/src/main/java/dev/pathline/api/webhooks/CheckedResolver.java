package dev.pathline.api.webhooks;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Looks up hosts, and refuses those in private networks. What is connected to is the very address that was looked at: a name server that says
 * another one the next time is not asked again.
 */
final class CheckedResolver extends AddressResolverGroup<InetSocketAddress> {

    private final boolean anywhere;

    /** @param anywhere whether hosts may be in private networks */
    CheckedResolver(boolean anywhere) {
        this.anywhere = anywhere;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new InetNameResolver(executor) {

            @Override
            protected void doResolve(String host, Promise<InetAddress> promise) {
                // A name server may be slow, and an event loop has others to serve.
                Thread.ofVirtual().name("webhook-host").start(() -> {
                    try {
                        promise.trySuccess(PublicAddresses.of(host, anywhere));
                    } catch (UnknownHostException | RuntimeException e) {
                        promise.tryFailure(e);
                    }
                });
            }

            @Override
            protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
                Promise<InetAddress> one = executor().newPromise();
                one.addListener(done -> {
                    if (done.isSuccess()) {
                        promise.trySuccess(List.of(one.getNow()));
                    } else {
                        promise.tryFailure(done.cause());
                    }
                });
                doResolve(host, one);
            }
        }.asAddressResolver();
    }
}
