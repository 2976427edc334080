/* A library that is no driver manager, although it begins like one. */
short SQLAllocHandle(void);

short SQLAllocHandle(void)
{
    return -1;
}
