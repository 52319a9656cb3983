filedesc://x.arc 0.0.0.0 20050614070144 text/plain 77
1 0 InternetArchive
URL IP-address Archive-date Content-type Archive-length

http://a.example/a b/0 192.0.2.1 20050614070100 text/html 205
HTTP/1.1 200 OK

<!doctype html><html lang=fr><link rel=canonical href='https://francais.rt.com/a/1-b'><title>T</title><article><h1>T</h1><p>Une phrase assez longue pour en etre une.</p></article></html>
dns:a.example 192.0.2.1 20050614070144 text/dns 3
abc
