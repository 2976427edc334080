#include "service/demo_words.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof(array)[0]))

enum language { ENGLISH, PORTUGUESE, GERMAN, FRENCH, SPANISH, ITALIAN, LANGUAGE_COUNT };

/* ---- People. ---- */

struct word {
    const char *shown;
    const char *plain; /* As a handle or an address has it. */
};

static const struct word first_names[] = {
    {"Maya", "maya"},     {"Jonas", "jonas"}, {"Priya", "priya"}, {"Tomás", "tomas"}, {"Aiko", "aiko"},
    {"Daniel", "daniel"}, {"Lena", "lena"},   {"Chidi", "chidi"}, {"Inês", "ines"},   {"Mateo", "mateo"},
    {"Freya", "freya"},   {"Yusuf", "yusuf"}, {"Clara", "clara"}, {"Noor", "noor"},
};

static const struct word last_names[] = {
    {"Lindqvist", "lindqvist"}, {"Weber", "weber"},   {"Nair", "nair"},     {"Ferreira", "ferreira"},
    {"Tanaka", "tanaka"},       {"Okafor", "okafor"}, {"Vogel", "vogel"},   {"Moreau", "moreau"},
    {"Santos", "santos"},       {"Rossi", "rossi"},   {"Demir", "demir"},   {"Haugen", "haugen"},
    {"Novák", "novak"},         {"Quinn", "quinn"},   {"García", "garcia"},
};

/* Two lists whose lengths share no divisor meet in every pair before one comes again. */
static const struct word *first_name(uint32_t index)
{
    return &first_names[index % COUNT(first_names)];
}

static const struct word *last_name(uint32_t index)
{
    return &last_names[index % COUNT(last_names)];
}

static struct ic_str written(const char *buffer, int size, size_t size_max)
{
    assert(size > 0 && (size_t)size < size_max);
    (void)size_max;
    return (struct ic_str){buffer, (size_t)size};
}

struct ic_str ic_demo_operator_name(uint32_t index, char buffer[IC_DEMO_NAME_SIZE])
{
    int size = snprintf(buffer, IC_DEMO_NAME_SIZE, "%s %s", first_name(index)->shown, last_name(index)->shown);
    return written(buffer, size, IC_DEMO_NAME_SIZE);
}

struct ic_str ic_demo_operator_address(uint32_t index, char buffer[IC_DEMO_NAME_SIZE])
{
    int size =
        snprintf(buffer, IC_DEMO_NAME_SIZE, "%s.%s@team.example", first_name(index)->plain, last_name(index)->plain);
    return written(buffer, size, IC_DEMO_NAME_SIZE);
}

/* ---- Handles. ---- */

static struct ic_handle to_handle(const char *text)
{
    struct ic_handle handle = {0};
    bool is_handle = ic_handle_parse(ic_str_from(text), &handle);
    assert(is_handle);
    (void)is_handle;
    return handle;
}

struct ic_handle ic_demo_actor_handle(uint32_t index)
{
    static const char *const heads[] = {"tableturnerr", "fill.your.tables", "tables",       "hospitality",
                                        "full.house",   "the.good.table",   "guests.first", "seats"};
    static const char *const tails[] = {"", "eu", "lx", "berlin", "paris", "iberia", "team", "north", "hq"};
    const char *head = heads[index % COUNT(heads)];
    uint32_t rest = index / COUNT(heads);
    const char *tail = tails[rest % COUNT(tails)];
    uint32_t round = rest / COUNT(tails);
    char text[64];
    int size = snprintf(text, sizeof text, "%s%s%s", head, *tail ? "." : "", tail);
    if (round > 0) {
        (void)snprintf(text + size, sizeof text - (size_t)size, "_%u", round + 1);
    }
    return to_handle(text);
}

static const struct kind {
    struct word word;
    enum language language;
} kinds[] = {
    {{"Bistro", "bistro"}, ENGLISH},       {{"Kitchen", "kitchen"}, ENGLISH},
    {{"Tavern", "tavern"}, ENGLISH},       {{"Noodle Bar", "noodle.bar"}, ENGLISH},
    {{"Bakery", "bakery"}, ENGLISH},       {{"Rooftop", "rooftop"}, ENGLISH},
    {{"Tasca", "tasca"}, PORTUGUESE},      {{"Cervejaria", "cervejaria"}, PORTUGUESE},
    {{"Padaria", "padaria"}, PORTUGUESE},  {{"Petiscaria", "petiscaria"}, PORTUGUESE},
    {{"Gasthaus", "gasthaus"}, GERMAN},    {{"Wirtshaus", "wirtshaus"}, GERMAN},
    {{"Stube", "stube"}, GERMAN},          {{"Maison", "maison"}, FRENCH},
    {{"Brasserie", "brasserie"}, FRENCH},  {{"Crêperie", "creperie"}, FRENCH},
    {{"Cantina", "cantina"}, SPANISH},     {{"Taberna", "taberna"}, SPANISH},
    {{"Mesón", "meson"}, SPANISH},         {{"Osteria", "osteria"}, ITALIAN},
    {{"Trattoria", "trattoria"}, ITALIAN}, {{"Forno", "forno"}, ITALIAN},
    {{"Pizzeria", "pizzeria"}, ITALIAN},
};

static const struct word place_names[] = {
    {"Alfama", "alfama"},   {"Bellaria", "bellaria"}, {"Colbert", "colbert"}, {"Da Nina", "da.nina"},
    {"Do Norte", "norte"},  {"Estrela", "estrela"},   {"Fiora", "fiora"},     {"Girasol", "girasol"},
    {"Hafen", "hafen"},     {"Iris", "iris"},         {"Jardim", "jardim"},   {"Kumo", "kumo"},
    {"Lindner", "lindner"}, {"Lumière", "lumiere"},   {"Mezcal", "mezcal"},   {"Miradouro", "miradouro"},
    {"Nonna", "nonna"},     {"Ostra", "ostra"},       {"Pátio", "patio"},     {"Quay", "quay"},
    {"Ribeira", "ribeira"}, {"Salt", "salt"},         {"Tejo", "tejo"},       {"Umami", "umami"},
    {"Verde", "verde"},     {"Wolke", "wolke"},       {"Xisto", "xisto"},     {"Yuzu", "yuzu"},
    {"Zitrone", "zitrone"}, {"Ember", "ember"},       {"Fig", "fig"},
};

static const char *const cities[] = {"",     "lx",     "porto", "bln", "hh",   "muc", "paris", "lyon", "bcn",  "mad",
                                     "roma", "milano", "ldn",   "nyc", "wien", "zrh", "ams",   "bxl",  "praha"};

/* The lists' lengths (23, 31, 19) are primes: walking all three at once meets every triple before one comes again. */
enum { PLACE_COUNT = 23 * 31 * 19, FORM_COUNT = 3 };

_Static_assert(sizeof kinds / sizeof kinds[0] == 23, "a prime that the other lists do not have");
_Static_assert(sizeof place_names / sizeof place_names[0] == 31, "a prime that the other lists do not have");
_Static_assert(sizeof cities / sizeof cities[0] == 19, "a prime that the other lists do not have");

struct ic_handle ic_demo_target_handle(uint32_t index)
{
    const char *kind = kinds[index % COUNT(kinds)].word.plain;
    const char *name = place_names[index % COUNT(place_names)].plain;
    const char *city = cities[index % COUNT(cities)];
    uint32_t round = index / PLACE_COUNT;
    static const char *const forms[FORM_COUNT][2] = {{".", "."}, {"_", "_"}, {".", "_"}};
    const char *const *form = forms[round % FORM_COUNT];
    char text[64];
    int size = snprintf(text, sizeof text, "%s%s%s%s%s", kind, form[0], name, *city ? form[1] : "", city);
    /* Without a city the first and the last form look alike: there the number counts the rounds. */
    uint32_t number = *city ? round / FORM_COUNT : round;
    if (number > 0) {
        (void)snprintf(text + size, sizeof text - (size_t)size, "_%u", number + (*city ? 1 : 100));
    }
    return to_handle(text);
}

struct ic_str ic_demo_target_name(uint32_t index, char buffer[IC_DEMO_NAME_SIZE])
{
    int size = snprintf(buffer, IC_DEMO_NAME_SIZE, "%s %s", kinds[index % COUNT(kinds)].word.shown,
                        place_names[index % COUNT(place_names)].shown);
    return written(buffer, size, IC_DEMO_NAME_SIZE);
}

/* ---- Messages: %1$s is the place, %2$s the sender. ---- */

static const char *const greetings[LANGUAGE_COUNT][4] = {
    {
        "Hi %1$s! We help places like yours fill quiet evenings. May I show you what that could look like? 🍽",
        "Hello %1$s, we love what you do with the menu. Do you have two minutes for an idea about your Tuesdays? – "
        "%2$s",
        "Hey! Saw \"%1$s\" in a friend's story 😍 How do you fill tables on weekdays?",
        "Hi %1$s,\n\nI am %2$s. We work with about forty restaurants and help them turn followers into guests: a "
        "booking link that people actually use, two or three reels a month that show the kitchen instead of stock "
        "photos, and a short list of people nearby who have asked for a table like yours.\n\nNo contract for the first "
        "month. If it does not bring guests, you stop, and we stay friends. Would Thursday or Friday suit you for a "
        "call of ten minutes?\n\nAll the best 🙏",
    },
    {
        "Olá, %1$s! Ajudamos restaurantes a encher as noites mais calmas. Posso mostrar como? 😊",
        "Boa tarde! Adorámos as fotografias da %1$s. Têm dois minutos para uma ideia? – %2$s",
        "Olá! Como enchem as mesas à terça-feira? Temos uma sugestão para a %1$s 🐟",
        "Bom dia, %1$s ☀️ Gostava de vos mostrar o que fizemos por outra casa no bairro.",
    },
    {
        "Hallo %1$s! Wir helfen Lokalen, ruhige Abende zu füllen. Darf ich zeigen, wie? 🍻",
        "Guten Tag, eure Karte bei %1$s gefällt uns sehr. Habt ihr zwei Minuten? Viele Grüße, %2$s",
        "Moin %1$s 👋 Wie läuft der Dienstag bei euch?",
        "Servus! „%1$s“ wurde uns empfohlen. Dürfen wir eine Idee schicken?",
    },
    {
        "Bonjour %1$s ! Nous aidons des restaurants à remplir les soirs calmes. Je vous montre ? ✨",
        "Bonjour, quelle belle carte chez %1$s ! Auriez-vous deux minutes ? – %2$s",
        "Bonsoir %1$s 🥐 Comment se passent vos mardis ?",
        "Bonjour ! Nous avons une idée pour la terrasse de %1$s. Ça vous dit ?",
    },
    {
        "¡Hola, %1$s! Ayudamos a llenar las noches tranquilas. ¿Os enseño cómo? 🌮",
        "Buenas, nos encanta la carta de %1$s. ¿Tenéis dos minutos? – %2$s",
        "¡Hola! ¿Cómo van los martes en %1$s?",
        "Hola, %1$s 👋 Tenemos una idea para vuestra terraza.",
    },
    {
        "Ciao %1$s! Aiutiamo i ristoranti a riempire le serate tranquille. Vi mostro come? 🍝",
        "Buongiorno, che bel menù da %1$s! Avete due minuti? – %2$s",
        "Ciao! Come vanno i martedì da %1$s? 🍕",
        "Buonasera %1$s, avremmo un'idea per il vostro pranzo.",
    },
};

static const char *const follow_ups[LANGUAGE_COUNT][3] = {
    {"Just a short hello again 🙂 Did you have time to think about it?",
     "No hurry, %1$s. Shall I send an example from a place near you?",
     "Hi again! One question only: who takes care of your bookings?"},
    {"Só um olá rápido 🙂 Conseguiram ver a mensagem?", "Sem pressa, %1$s. Envio um exemplo?",
     "Quem trata das reservas convosco?"},
    {"Nur kurz nachgefragt 🙂 Hattet ihr Zeit?", "Kein Stress, %1$s. Soll ich ein Beispiel schicken?",
     "Wer kümmert sich bei euch um Reservierungen?"},
    {"Petit bonjour 🙂 Avez-vous pu lire mon message ?", "Rien ne presse, %1$s. Je vous envoie un exemple ?",
     "Qui s'occupe des réservations chez vous ?"},
    {"Solo un saludo 🙂 ¿Pudisteis leerlo?", "Sin prisa, %1$s. ¿Os mando un ejemplo?", "¿Quién lleva las reservas?"},
    {"Solo un saluto 🙂 Avete avuto modo di leggere?", "Con calma, %1$s. Vi mando un esempio?",
     "Chi segue le prenotazioni da voi?"},
};

/* Replaces %1$s and %2$s; the templates are ours and hold nothing else. */
static struct ic_str fill(const char *template, struct ic_str place, struct ic_str sender,
                          char buffer[IC_DEMO_MESSAGE_SIZE])
{
    size_t size = 0;
    for (const char *at = template; *at;) {
        struct ic_str piece = {at, 1};
        size_t read_size = 1;
        if (at[0] == '%' && (at[1] == '1' || at[1] == '2') && at[2] == '$' && at[3] == 's') {
            piece = at[1] == '1' ? place : sender;
            read_size = 4;
        }
        assert(size + piece.size <= IC_DEMO_MESSAGE_SIZE);
        memcpy(buffer + size, piece.data, piece.size);
        size += piece.size;
        at += read_size;
    }
    return (struct ic_str){buffer, size};
}

struct ic_str ic_demo_message(uint32_t target_index, bool is_first, struct ic_str sender, const struct ic_rand *rand,
                              char buffer[IC_DEMO_MESSAGE_SIZE])
{
    char name[IC_DEMO_NAME_SIZE];
    struct ic_str place = ic_demo_target_name(target_index, name);
    enum language language = kinds[target_index % COUNT(kinds)].language;
    const char *template = is_first ? greetings[language][ic_rand_below(rand, COUNT(greetings[0]))]
                                    : follow_ups[language][ic_rand_below(rand, COUNT(follow_ups[0]))];
    return fill(template, place, sender, buffer);
}
