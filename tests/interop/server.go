// A server on Go's crypto/tls for tests/interop. Its options are those of servers.py; it says
// "PORT n" when it listens, and a line of JSON for each request.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
)

type connectionKey struct{}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	cert := flag.String("cert", "", "chain")
	key := flag.String("key", "", "its key")
	version := flag.String("version", "", "1.2 or 1.3")
	group := flag.String("group", "", "P-256, P-384 or P-521")
	suite := flag.String("suite", "", "chacha20 or aes256, of TLS 1.2")
	clients := flag.String("client-ca", "", "who may vouch for clients")
	required := flag.Bool("required", false, "clients must show a certificate")
	keep := flag.Bool("keep", false, "keep connections")
	preference := flag.Bool("preference", false, "not needed: Go always has its way")
	flag.Parse()
	_ = preference

	pair, err := tls.LoadX509KeyPair(*cert, *key)
	must(err)
	config := &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"http/1.1"}}
	config.MinVersion = map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}[*version]
	config.MaxVersion = config.MinVersion
	if *group != "" {
		config.CurvePreferences = []tls.CurveID{map[string]tls.CurveID{"P-256": tls.CurveP256,
			"P-384": tls.CurveP384, "P-521": tls.CurveP521}[*group]}
	}
	if *suite == "chacha20" {
		config.CipherSuites = []uint16{tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
			tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256}
	} else if *suite == "aes256" {
		config.CipherSuites = []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384}
	}
	if *clients != "" {
		pem, err := os.ReadFile(*clients)
		must(err)
		config.ClientCAs = x509.NewCertPool()
		config.ClientCAs.AppendCertsFromPEM(pem)
		config.ClientAuth = tls.VerifyClientCertIfGiven
		if *required {
			config.ClientAuth = tls.RequireAndVerifyClientCert
		}
	}

	var connections int64
	handler := func(w http.ResponseWriter, r *http.Request) {
		name := ""
		if len(r.TLS.PeerCertificates) > 0 {
			name = r.TLS.PeerCertificates[0].Subject.CommonName
		}
		fmt.Printf("{\"connection\": %d, \"resumed\": %t, \"client\": %q}\n",
			r.Context().Value(connectionKey{}), r.TLS.DidResume, name)
		if !*keep {
			w.Header().Set("Connection", "close")
		}
		fmt.Fprint(w, strings.Repeat("a page of Go's\n", 400))
	}
	server := &http.Server{Handler: http.HandlerFunc(handler), TLSConfig: config,
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}, // no HTTP/2
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
			return context.WithValue(ctx, connectionKey{}, atomic.AddInt64(&connections, 1))
		}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	fmt.Printf("PORT %d\n", listener.Addr().(*net.TCPAddr).Port)
	must(server.ServeTLS(listener, "", ""))
}
