/*
 * A server on Java's JSSE for tests/interop. Its arguments are NAME=VALUE, as servers.py makes
 * them; it says "PORT n" when it listens, and a line of JSON for each request.
 */
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

public class JsseServer {
    private static final char[] PASSWORD = "password".toCharArray();

    private static SSLContext context(Map<String, String> options) throws Exception {
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (InputStream in = new FileInputStream(options.get("pkcs12"))) {
            own.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        if (options.containsKey("client_ca")) {
            try (InputStream in = new FileInputStream(options.get("client_ca"))) {
                roots.setCertificateEntry("ca",
                    CertificateFactory.getInstance("X.509").generateCertificate(in));
            }
        }
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(),
            options.containsKey("client_ca") ? trust.getTrustManagers() : null, null);
        return context;
    }

    private static String[] suites(String suite, String version) {
        boolean chacha20 = suite.equals("chacha20");
        if (version.equals("1.3")) {
            return new String[] {chacha20 ? "TLS_CHACHA20_POLY1305_SHA256"
                                          : "TLS_AES_256_GCM_SHA384"};
        }
        String end = chacha20 ? "_WITH_CHACHA20_POLY1305_SHA256" : "_WITH_AES_256_GCM_SHA384";
        return new String[] {"TLS_ECDHE_ECDSA" + end, "TLS_ECDHE_RSA" + end};
    }

    private static String name(SSLSocket socket) {
        try {
            X509Certificate peer = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return peer.getSubjectX500Principal().getName().replaceAll(".*CN=([^,]*).*", "$1");
        } catch (SSLPeerUnverifiedException e) {
            return "";
        }
    }

    private static void serve(SSLSocket socket, int number, long began) throws Exception {
        socket.startHandshake();
        // a session that was resumed is older than its connection
        boolean resumed = socket.getSession().getCreationTime() < began;
        InputStream in = socket.getInputStream();
        int ends = 0;
        for (int c; ends < 4 && (c = in.read()) >= 0;) {
            ends = c == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : 0;
        }
        System.out.println("{\"connection\": " + number + ", \"resumed\": " + resumed
            + ", \"client\": \"" + name(socket) + "\"}");
        System.out.flush();
        byte[] page = "a page of JSSE's\n".repeat(4000).getBytes("US-ASCII");
        OutputStream out = socket.getOutputStream();
        out.write(("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + page.length
            + "\r\n\r\n").getBytes("US-ASCII"));
        for (int at = 0; at < page.length; at += 1000) {
            out.write(page, at, Math.min(1000, page.length - at));
        }
        out.flush();
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options = new HashMap<>();
        for (String arg : args) {
            options.put(arg.substring(0, arg.indexOf('=')), arg.substring(arg.indexOf('=') + 1));
        }
        if (options.containsKey("key_update")) {
            Security.setProperty("jdk.tls.keyLimits", "AES/GCM/NoPadding KeyUpdate 2^14");
        }
        SSLContext context = context(options);
        SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        String version = options.get("version");
        listener.setEnabledProtocols(new String[] {"TLSv" + version});
        SSLParameters parameters = listener.getSSLParameters();
        parameters.setUseCipherSuitesOrder(options.containsKey("preference"));
        if (options.containsKey("suite")) {
            parameters.setCipherSuites(suites(options.get("suite"), version));
        }
        if (options.containsKey("client_ca")) {
            if (options.containsKey("required")) {
                parameters.setNeedClientAuth(true);
            } else {
                parameters.setWantClientAuth(true);
            }
        }
        listener.setSSLParameters(parameters);
        System.out.println("PORT " + listener.getLocalPort());
        System.out.flush();
        for (int number = 1;; number++) {
            SSLSocket socket = (SSLSocket) listener.accept();
            try {
                Thread.sleep(5); // the clock of sessions ticks in milliseconds
                serve(socket, number, System.currentTimeMillis());
            } catch (Exception e) {
                System.err.println(e);
            } finally {
                socket.close();
            }
        }
    }
}
